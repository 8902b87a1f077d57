//! A logarithmic scale of times.

/// From a power of ten to another.
pub(super) struct Scale {
    /// Their exponents.
    low: i32,
    high: i32,
    left: f64,
    length: f64,
}

impl Scale {
    /// One that shows all of these nanoseconds between `left` and `length` after it; `None` where there are none.
    pub(super) fn around(all: impl Iterator<Item = f64>, left: f64, length: f64) -> Option<Self> {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for ns in all.filter(|ns| *ns > 0.0) {
            least = least.min(ns);
            most = most.max(ns);
        }
        if most == 0.0 {
            return None;
        }
        // A bar has a length, and so even the shortest ends some way after the beginning.
        let low = (least.log10() - 0.2).floor() as i32;
        let high = most.log10().ceil() as i32;
        Some(Self { low, high: high.max(low + 1), left, length })
    }

    pub(super) fn x(&self, ns: f64) -> f64 {
        let decades = f64::from(self.high - self.low);
        self.left + (ns.log10() - f64::from(self.low)) / decades * self.length
    }

    /// Every power of ten, and where it stands.
    pub(super) fn decades(&self) -> impl Iterator<Item = (f64, f64)> {
        (self.low..=self.high).map(|exponent| {
            let ns = 10_f64.powi(exponent);
            (ns, self.x(ns))
        })
    }
}

/// Two digits or more, in the unit that suits.
pub(super) fn time(ns: f64) -> String {
    let mut value = ns;
    for unit in ["ns", "µs", "ms"] {
        if value < 9.95 {
            let text = format!("{value:.1}");
            return format!("{} {unit}", text.trim_end_matches(".0"));
        }
        if value < 999.5 {
            return format!("{value:.0} {unit}");
        }
        value /= 1_000.0;
    }
    format!("{} s", format!("{value:.1}").trim_end_matches(".0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_unit_that_suits() {
        let cases = [
            (0.42, "0.4 ns"),
            (1.0, "1 ns"),
            (9.94, "9.9 ns"),
            (9.96, "10 ns"),
            (999.4, "999 ns"),
            (999.6, "1 µs"),
            (1_234.0, "1.2 µs"),
            (76_977.0, "77 µs"),
            (7_429_464.0, "7.4 ms"),
            (1e9, "1 s"),
            (2.5e9, "2.5 s"),
        ];
        for (ns, expected) in cases {
            assert_eq!(time(ns), expected);
        }
    }

    #[test]
    fn each_decade_is_as_long() {
        // The nanoseconds, and the exponents between which they are shown.
        let cases: [(&[f64], std::ops::RangeInclusive<i32>); 5] = [
            (&[24.0, 700.0], 1..=3),
            (&[5.0, 70_000.0], 0..=5),
            (&[10.0, 1_000.0], 0..=3),
            (&[1.2], -1..=1),
            (&[100.0], 1..=2),
        ];
        for (all, exponents) in cases {
            let scale = Scale::around(all.iter().copied(), 200.0, 600.0).unwrap();
            assert_eq!((scale.low, scale.high), (*exponents.start(), *exponents.end()), "{all:?}");
            let places: Vec<f64> = scale.decades().map(|(_, x)| x).collect();
            let each = 600.0 / f64::from(exponents.end() - exponents.start());
            for (place, x) in places.iter().enumerate() {
                assert!((x - (200.0 + place as f64 * each)).abs() < 1e-6, "{all:?}: {places:?}");
            }
            assert!(all.iter().all(|ns| (200.0..=800.0).contains(&scale.x(*ns)) && scale.x(*ns) > 205.0));
        }
        assert!(Scale::around([].into_iter(), 0.0, 1.0).is_none());
        assert!(Scale::around([0.0].into_iter(), 0.0, 1.0).is_none());
    }
}
