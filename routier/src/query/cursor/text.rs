//! Bytes as text that notices when it was altered.

/// The first byte of what is sealed, so that another form can follow.
const VERSION: u8 = 1;
/// No text that [`seal`] made for a cursor is longer: a declared value has at most 1,024 bytes.
const MAX_CHARS: usize = 128 * 1024;
/// Base 64 for URLs (RFC 4648, section 5), without padding.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bytes with a version and a checksum, as letters, digits, `-` and `_`.
pub(crate) fn seal(bytes: &[u8]) -> String {
    let mut sealed = Vec::with_capacity(bytes.len() + 5);
    sealed.push(VERSION);
    sealed.extend(bytes);
    sealed.extend(crc32(&sealed).to_be_bytes());
    encode(&sealed)
}

/// Back from [`seal`]; `None` for any other text.
pub(crate) fn unseal(text: &str) -> Option<Vec<u8>> {
    let sealed = decode(text)?;
    let (rest, checksum) = sealed.split_last_chunk()?;
    let (version, bytes) = rest.split_first()?;
    let whole = *version == VERSION && crc32(rest) == u32::from_be_bytes(*checksum);
    whole.then(|| bytes.to_vec())
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = DIGITS.get((group >> (18 - 6 * place) & 63) as usize);
            text.extend(digit.map(|digit| char::from(*digit)));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut group = 0_u32;
        for digit in chunk {
            group = group << 6 | value(*digit)?;
        }
        // A group of n digits holds n - 1 bytes; the bits left over are zero in the one right form.
        let left_over = match chunk.len() {
            4 => 0,
            3 => 2,
            2 => 4,
            _ => return None,
        };
        if group & ((1 << left_over) - 1) != 0 {
            return None;
        }
        let [_, group @ ..] = (group >> left_over).to_be_bytes();
        bytes.extend(group.get(4 - chunk.len()..)?);
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    }))
}

/// CRC-32 as in IEEE 802.3 (reflected, polynomial `0x04c1_1db7`), bit by bit: cursors are short.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xedb8_8320 },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARS, crc32, decode, encode, seal, unseal};

    #[test]
    fn agrees_with_the_published_examples() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn every_length_comes_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        for end in 0..bytes.len() {
            assert_eq!(unseal(&seal(&bytes[..end])).as_deref(), Some(&bytes[..end]));
        }
    }

    #[test]
    fn what_was_altered_is_noticed() {
        let text = seal(b"a place in an order");
        for at in 0..text.len() {
            for replacement in ["", "A", "B", "_", "=", "é", "AA"] {
                let altered = format!("{}{replacement}{}", &text[..at], &text[at + 1..]);
                assert!(altered == text || unseal(&altered).is_none(), "{altered} passes for {text}");
            }
            assert_eq!(unseal(&text[..at]), None);
        }
        assert_eq!(unseal(""), None);
        assert_eq!(unseal(&"A".repeat(MAX_CHARS + 4)), None);
    }
}
