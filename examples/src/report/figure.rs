use std::{fmt::Display, time::Duration};

/// A whole number, not negative, with its thousands set apart: `1,234,567`.
pub fn count(number: impl Display) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size, to three figures: `812 B`, `3.41 KiB`, `27.5 MiB`.
pub fn bytes(number: u64) -> String {
    if number < 1024 {
        return format!("{number} B");
    }
    let mut size = number as f64;
    let mut unit = "B";
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        // What would print as four figures goes to the next unit.
        if size < 999.5 {
            break;
        }
        (size, unit) = (size / 1024.0, larger);
    }
    format!("{} {unit}", three_figures(size))
}

/// A duration, to three figures: `870 µs`, `3.41 ms`, `12.0 s`.
pub fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        ..0.000_999_5 => format!("{} µs", three_figures(seconds * 1e6)),
        ..0.999_5 => format!("{} ms", three_figures(seconds * 1e3)),
        _ => format!("{} s", three_figures(seconds)),
    }
}

/// `part` of `whole` as a bar of at most `width` characters; what is not nothing shows.
pub fn bar(part: u64, whole: u64, width: u16) -> String {
    let eighths = (u128::from(part) * u128::from(width) * 8).div_ceil(u128::from(whole.max(1)));
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX).min(usize::from(width) * 8);
    let mut text = "█".repeat(eighths / 8);
    text.extend(
        [None, Some('▏'), Some('▎'), Some('▍'), Some('▌'), Some('▋'), Some('▊'), Some('▉')][eighths % 8],
    );
    text
}

fn three_figures(number: f64) -> String {
    match number {
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        let counts = [0, 7, 999, 1000, 12_345, 1_234_567].map(count);
        assert_eq!(counts, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        let sizes = [0, 1023, 1024, 3_500, 28_840_000, 1_048_575].map(bytes);
        assert_eq!(sizes, ["0 B", "1023 B", "1.00 KiB", "3.42 KiB", "27.5 MiB", "1.00 MiB"]);
        assert_eq!(bytes(u64::MAX), "16777216 TiB");
        let times = [870, 3_410, 999_600, 12_000_000].map(|micros| elapsed(Duration::from_micros(micros)));
        assert_eq!(times, ["870 µs", "3.41 ms", "1.00 s", "12.0 s"]);
    }

    #[test]
    fn a_bar_is_as_long_as_its_part() {
        assert_eq!(bar(0, 10, 4), "");
        assert_eq!(bar(1, 1_000_000, 4), "▏");
        assert_eq!(bar(5, 10, 4), "██");
        assert_eq!(bar(10, 10, 4), "████");
        assert_eq!(bar(20, 10, 4), "████");
        assert_eq!(bar(0, 0, 4), "");
        assert_eq!(bar(9, 32, 4), "█▏");
    }
}
