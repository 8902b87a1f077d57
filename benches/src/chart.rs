//! A picture of the main operations: how long each takes each variant, as bars on a logarithmic scale.

mod scale;

use std::fmt::Write;

use serde_json::Value;

use self::scale::{Scale, time};
use crate::operation::Operation;

/// From the top of the picture to the bottom.
const GROUPS: [Operation; 7] = [
    Operation::Get,
    Operation::GetByEmail,
    Operation::Age,
    Operation::Ages,
    Operation::FirstByAge,
    Operation::Insert,
    Operation::Modify,
];

/// Variants by their name in the JSON, with what the legend calls them and their colour, which is told from the others by
/// those too who see few colours, on light and on dark (after Okabe and Ito).
const SERIES: [(&str, &str, &str); 6] = [
    ("ours", "routier", "#1f83d6"),
    ("hand", "hand-written maps", "#8f979f"),
    ("hand-parking-lot", "hand-written maps", "#8f979f"),
    ("multi-index-map", "multi_index_map", "#cc79a7"),
    ("sqlite", "SQLite in memory", "#e69f00"),
    ("native-db", "native_db in memory", "#009e73"),
];

const AXIS: &str = "shorter is better; each line is ten times the one before";

const WIDTH: f64 = 880.0;
/// Where the bars begin, and the longest they may be: titles stand before them, and figures after them.
const LEFT: f64 = 226.0;
const LENGTH: f64 = 578.0;
/// What stands above the bars.
const HEAD: f64 = 104.0;
const BAR: f64 = 13.0;
/// From a bar to the next, and from a group to the next.
const STEP: f64 = 16.0;
const GAP: f64 = 18.0;

/// On light and on dark, and the figures over the lines that they cross.
const STYLE: &str = include_str!("chart/style.css");

/// The picture of one size of the JSON; `None` where it has no figures.
pub(crate) fn svg(size: &Value) -> Option<String> {
    let series: Vec<_> = SERIES.into_iter().filter(|(name, ..)| is_shown(size, name)).collect();
    let all = GROUPS.iter().flat_map(|group| series.iter().filter_map(|(name, ..)| ns(size, name, *group)));
    let scale = Scale::around(all, LEFT, LENGTH)?;
    let group_height = series.len() as f64 * STEP + GAP;
    let bottom = HEAD + GROUPS.len() as f64 * group_height;
    let height = bottom + 16.0;

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\">\n<style>\n{STYLE}</style>\n\
         <rect class=\"panel\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        WIDTH - 1.0,
        height - 1.0
    );
    head(&mut svg, size, &series).ok()?;
    ticks(&mut svg, &scale, bottom).ok()?;
    for (place, group) in GROUPS.into_iter().enumerate() {
        let top = HEAD + GAP / 2.0 + place as f64 * group_height;
        bars(&mut svg, size, &series, &scale, group, top).ok()?;
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

/// Of the two locks only the faster is.
fn is_shown(size: &Value, name: &str) -> bool {
    let is_other_lock = name.starts_with("hand") && size["baseline"] != name;
    size["variants"].get(name).is_some() && !is_other_lock
}

fn ns(size: &Value, name: &str, operation: Operation) -> Option<f64> {
    size["variants"][name]["operations"][operation.name()]["ns"].as_f64()
}

type Series = (&'static str, &'static str, &'static str);

fn head(svg: &mut String, size: &Value, series: &[Series]) -> std::fmt::Result {
    let rows = grouped(size["rows"].as_u64().unwrap_or(0));
    writeln!(svg, "<text class=\"head\" x=\"24\" y=\"34\">Time of one operation, {rows} rows</text>")?;
    writeln!(svg, "<text class=\"faint\" x=\"{}\" y=\"34\" text-anchor=\"end\">{AXIS}</text>", WIDTH - 24.0)?;
    let mut x = 24.0;
    for (_, title, colour) in series {
        writeln!(svg, "<rect x=\"{x}\" y=\"50\" width=\"12\" height=\"12\" rx=\"2\" fill=\"{colour}\"/>")?;
        writeln!(svg, "<text x=\"{}\" y=\"60\">{title}</text>", x + 18.0)?;
        x += 46.0 + 7.2 * title.len() as f64;
    }
    Ok(())
}

fn ticks(svg: &mut String, scale: &Scale, bottom: f64) -> std::fmt::Result {
    for (ns, x) in scale.decades() {
        let (from, label) = (HEAD - 6.0, HEAD - 12.0);
        writeln!(svg, "<text class=\"faint tick\" x=\"{x:.1}\" y=\"{label}\">{}</text>", time(ns))?;
        writeln!(svg, "<line class=\"line\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{from}\" y2=\"{bottom}\"/>")?;
    }
    Ok(())
}

fn bars(
    svg: &mut String,
    size: &Value,
    series: &[Series],
    scale: &Scale,
    group: Operation,
    top: f64,
) -> std::fmt::Result {
    let middle = top + (series.len() as f64 * STEP - (STEP - BAR)) / 2.0 + 4.0;
    let title = group.title();
    writeln!(svg, "<text class=\"group\" x=\"{}\" y=\"{middle}\">{title}</text>", LEFT - 12.0)?;
    for (place, (name, _, colour)) in series.iter().enumerate() {
        let y = top + place as f64 * STEP;
        let base = y + 10.5;
        let Some(ns) = ns(size, name, group) else {
            writeln!(svg, "<text class=\"faint\" x=\"{}\" y=\"{base}\">no such call</text>", LEFT + 6.0)?;
            continue;
        };
        let end = scale.x(ns);
        let (length, figure) = (end - LEFT, time(ns));
        writeln!(
            svg,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{length:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{colour}\"/>"
        )?;
        writeln!(svg, "<text class=\"faint figure\" x=\"{:.1}\" y=\"{base}\">{figure}</text>", end + 6.0)?;
    }
    Ok(())
}

/// With a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn size() -> Value {
        let timed =
            |ns: f64| json!({ "operations": { "get": { "ns": ns }, "insert": { "ns": 100.0 * ns } } });
        json!({
            "rows": 1_000_000,
            "baseline": "hand-parking-lot",
            "variants": {
                "hand": timed(11.0), "hand-parking-lot": timed(10.0), "ours": timed(12.0), "sqlite": timed(700.0),
            },
        })
    }

    /// The numbers of an attribute in each element of a kind.
    fn numbers(svg: &str, element: &str, attribute: &str) -> Vec<f64> {
        let of_kind = svg.lines().filter(|line| line.starts_with(&format!("<{element} ")));
        let value =
            |line: &str| line.split(&format!(" {attribute}=\"")).nth(1)?.split('"').next()?.parse().ok();
        of_kind.filter_map(value).collect()
    }

    #[test]
    fn what_is_there_has_a_bar_and_what_is_not_says_so() {
        let svg = svg(&size()).unwrap();
        // Three series: the panel, the legend, and two operations.
        assert_eq!(numbers(&svg, "rect", "y").len(), 1 + 3 + 2 * 3, "{svg}");
        assert_eq!(svg.matches("no such call").count(), 5 * 3);
        assert_eq!(svg.matches(">hand-written maps<").count(), 1);
        assert!(
            svg.contains("1,000,000 rows") && svg.contains(">10 ns</text>") && svg.contains(">70 µs</text>")
        );
        assert_eq!(super::svg(&json!({ "rows": 1_000, "variants": {} })), None);
    }

    #[test]
    fn nothing_stands_over_another_or_outside() {
        let svg = svg(&size()).unwrap();
        let ends = numbers(&svg, "rect", "x").into_iter().zip(numbers(&svg, "rect", "width"));
        assert!(ends.into_iter().all(|(x, width)| x >= 0.0 && width > 0.0 && x + width <= WIDTH));
        // Bars, and the words in place of bars, stand under each other.
        let mut lines: Vec<f64> = numbers(&svg, "rect", "y").into_iter().filter(|y| *y >= HEAD).collect();
        lines.sort_by(f64::total_cmp);
        assert!(lines.windows(2).all(|two| two[1] - two[0] >= BAR), "{lines:?}");
        let last = numbers(&svg, "text", "y").into_iter().fold(0.0, f64::max);
        assert!(last < numbers(&svg, "svg", "height")[0] - 8.0);
    }
}
