//! Lines of the files: JSON objects whose first member is a checksum of the rest.
//!
//! ```text
//! {"crc":"9a3b41d7","version":3,"row":{"id":1,"name":"Ada"}}
//! ```
//!
//! The checksum is CRC-32 as zlib has it, over all that stands behind its comma. A newline never stands within a line,
//! since JSON writes it escaped: so whoever reads finds the next line however damaged one is.

/// What a sealed line begins with, before the eight digits.
pub(super) const HEAD: &[u8] = b"{\"crc\":\"";
/// What stands behind the digits.
const TAIL: &[u8] = b"\",";
/// Where the part begins that the checksum is over.
const REST: usize = HEAD.len() + 8 + TAIL.len();

/// What a line turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// As it was written, with its checksum. The text is the whole object.
    Sealed(&'a [u8], u32),
    /// Without a checksum: somebody took it out.
    Open(&'a [u8]),
    /// With a checksum of something else.
    Damaged,
}

/// Adds an object to `lines`, sealed. `write` adds its members, of which there is at least one, without the braces.
pub(crate) fn seal(lines: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> u32 {
    let begin = lines.len();
    lines.extend_from_slice(HEAD);
    lines.extend_from_slice(b"00000000");
    lines.extend_from_slice(TAIL);
    write(lines);
    lines.push(b'}');
    let sum = crc32fast::hash(lines.get(begin + REST..).unwrap_or_default());
    let digits = format!("{sum:08x}");
    let place = begin + HEAD.len();
    if let Some(place) = lines.get_mut(place..place + digits.len()) {
        place.copy_from_slice(digits.as_bytes());
    }
    lines.push(b'\n');
    sum
}

impl<'a> Line<'a> {
    /// Looks at a line, without its newline.
    pub(crate) fn of(line: &'a [u8]) -> Self {
        let Some(digits) = line.strip_prefix(HEAD) else {
            return if line.starts_with(b"{") && line.ends_with(b"}") {
                Self::Open(line)
            } else {
                Self::Damaged
            };
        };
        let (Some(digits), Some(rest)) = (digits.get(..8), line.get(REST..)) else { return Self::Damaged };
        let digits = std::str::from_utf8(digits).ok();
        let is_lower =
            |digits: &&str| !digits.bytes().any(|digit| digit.is_ascii_uppercase() || digit == b'+');
        let written = digits.filter(is_lower).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let has_tail = line.get(REST - TAIL.len()..REST) == Some(TAIL);
        match written {
            Some(written) if has_tail && written == crc32fast::hash(rest) => Self::Sealed(line, written),
            _ => Self::Damaged,
        }
    }
}

/// The lines of a text and where each begins; the last one is without a newline where `false` stands beside it.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8], bool)> {
    let mut begin = 0;
    std::iter::from_fn(move || {
        let rest = text.get(begin..).filter(|rest| !rest.is_empty())?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let line = rest.get(..end.unwrap_or(rest.len()))?;
        let place = begin;
        begin += line.len() + 1;
        Some((place, line, end.is_some()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(members: &str) -> Vec<u8> {
        let mut line = Vec::new();
        seal(&mut line, |line| line.extend_from_slice(members.as_bytes()));
        line
    }

    #[test]
    fn a_sealed_line_is_one_json_object() {
        let line = sealed(r#""a":[1,"x"]"#);
        let sum = crc32fast::hash(b"\"a\":[1,\"x\"]}");
        let expected = format!("{{\"crc\":\"{sum:08x}\",\"a\":[1,\"x\"]}}\n");
        assert_eq!(String::from_utf8(line.clone()).unwrap(), expected);
        let text = &line[..line.len() - 1];
        assert_eq!(Line::of(text), Line::Sealed(text, sum));
        let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(value["a"][1], "x");
    }

    #[test]
    fn each_bit_of_a_line_counts() {
        let line = sealed(r#""version":3,"row":{"name":"Ada"}"#);
        let text = &line[..line.len() - 1];
        for bit in 0..text.len() * 8 {
            let mut other = text.to_vec();
            other[bit / 8] ^= 1 << (bit % 8);
            let found = Line::of(&other);
            // the name of the checksum may be what was hit: then there is none, and that is seen by who needs one
            assert!(!matches!(found, Line::Sealed(..)), "bit {bit}: {found:?}");
        }
    }

    #[test]
    fn a_line_without_a_checksum_is_an_open_one() {
        assert_eq!(Line::of(b"{\"version\":3}"), Line::Open(b"{\"version\":3}"));
        for damaged in ["", "{", "x", "{\"crc\":\"", "{\"crc\":\"zzzzzzzz\",}", "{\"crc\":\"+0000000\",}"] {
            assert_eq!(Line::of(damaged.as_bytes()), Line::Damaged, "{damaged}");
        }
    }

    #[test]
    fn lines_are_found_with_their_places() {
        let found: Vec<_> = lines(b"ab\n\ncd").collect();
        assert_eq!(found, [(0, &b"ab"[..], true), (3, &b""[..], true), (4, &b"cd"[..], false)]);
        assert_eq!(lines(b"").count(), 0);
    }
}
