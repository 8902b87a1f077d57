//! Tokens: places in the history that can be written down.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind};

/// What a token's text begins with: the form, and its version.
const FORM: &str = "rt1";
/// Longer than any token's text: four numbers of 16 digits and what stands between them.
const LONGEST: usize = 96;
/// The place behind a commit's last change.
const WHOLE: u32 = u32::MAX;

/// A place in a store's history: everything up to it has been seen.
///
/// It names the store, its epoch, a commit and a place in that commit. Feeds, changes, commits and snapshots give it,
/// `changes_after` goes on from it, also in another process or after a restart where the storage keeps its history.
/// As text (`Display`, `FromStr`, serde) it is at most 96 bytes of ASCII with a checksum against mistakes; it is not
/// signed, so it proves nothing about who made it. Two tokens are equal when they name the same place.
///
/// ```
/// use routier::{ErrorKind, Token};
///
/// let token: Token = "rt1.2a.1.3e8.all.7e215431".parse()?;
/// assert_eq!(token.number(), 1000);
/// assert_eq!(token.to_string(), "rt1.2a.1.3e8.all.7e215431");
///
/// let altered = "rt1.2a.1.3e9.all.7e215431".parse::<Token>();
/// assert_eq!(altered.unwrap_err().kind(), ErrorKind::TokenForeign);
/// # Ok::<(), routier::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    store: u64,
    epoch: u64,
    number: u64,
    place: u32,
}

impl Token {
    /// The place behind the whole of commit `number`.
    pub fn whole(store: u64, epoch: u64, number: u64) -> Self {
        Self { store, epoch, number, place: WHOLE }
    }

    /// The place behind the change `place`, from 0, of commit `number`.
    pub fn within(store: u64, epoch: u64, number: u64, place: u32) -> Self {
        Self { store, epoch, number, place }
    }

    /// The store: the same for the same data, whoever opens it.
    pub fn store(&self) -> u64 {
        self.store
    }

    /// Which opening of the store gave it: later ones have greater numbers.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The number of the commit, which is the version of the rows that it wrote; 0 before the first.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The place in the commit of the last change that was seen, from 0; `None` where it was seen whole.
    pub fn place(&self) -> Option<u32> {
        (self.place != WHOLE).then_some(self.place)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { store, epoch, number, .. } = self;
        let mut text = format!("{FORM}.{store:x}.{epoch:x}.{number:x}.");
        match self.place() {
            Some(place) => text.push_str(&format!("{place:x}")),
            None => text.push_str("all"),
        }
        let check = checksum(text.as_bytes());
        f.pad(&format!("{text}.{check:08x}"))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({self})")
    }
}

impl FromStr for Token {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::TokenForeign`] for a text that is no token, was altered, or is of a version to come.
    fn from_str(text: &str) -> Result<Self, Error> {
        let token = parts(text).ok_or_else(not_a_token)?;
        // There is one text for each token: this compares the checksum, and refuses what reads as the same number.
        if token.to_string() == text { Ok(token) } else { Err(not_a_token()) }
    }
}

fn parts(text: &str) -> Option<Token> {
    if text.len() > LONGEST {
        return None;
    }
    let mut parts = text.split('.');
    if parts.next()? != FORM {
        return None;
    }
    let mut number = || u64::from_str_radix(parts.next()?, 16).ok();
    let (store, epoch, number) = (number()?, number()?, number()?);
    match parts.next()? {
        "all" => Some(Token::whole(store, epoch, number)),
        place => Some(Token::within(store, epoch, number, u32::from_str_radix(place, 16).ok()?)),
    }
}

fn not_a_token() -> Error {
    Error::new(
        ErrorKind::TokenForeign,
        "this text is not a token of routier, or it was altered: give a token's text unchanged",
    )
}

/// CRC-32 as zlib has it: no change within 32 bits next to each other, so of up to four letters, goes unseen.
fn checksum(bytes: &[u8]) -> u32 {
    let of_byte = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, of_byte)
}

impl Serialize for Token {
    /// As its text, in every format.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Token;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the text of a token")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Token, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text).map_err(D::Error::custom)
    }
}

/// Errors about tokens.
impl Error {
    /// The history no longer reaches back to a token; `oldest` is the first that still works.
    pub fn token_expired(oldest: Token) -> Error {
        Error::new(ErrorKind::TokenExpired, "").with_oldest(oldest.to_string())
    }

    /// A token of another store, or of a history that was undone.
    pub fn token_foreign() -> Error {
        Error::new(ErrorKind::TokenForeign, "")
    }

    /// The oldest token that still works, of `TokenExpired`.
    pub fn oldest(&self) -> Option<Token> {
        self.oldest_text().and_then(|text| text.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Token> {
        let ends = [0, 1, 9, 10, 0xFFFF, u64::MAX];
        let mut samples = Vec::new();
        for store in ends {
            for number in ends {
                samples.push(Token::whole(store, 1, number));
                samples.push(Token::within(store, number, number, 0));
                samples.push(Token::within(store, 0, number, u32::MAX - 1));
            }
        }
        samples
    }

    #[test]
    fn a_token_survives_as_text() {
        for token in samples() {
            let text = token.to_string();
            assert!(text.len() <= LONGEST, "{text}");
            assert_eq!(text.parse::<Token>().unwrap(), token, "{text}");
        }
    }

    #[test]
    fn the_form_does_not_change() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(Token::whole(42, 1, 1000).to_string(), "rt1.2a.1.3e8.all.7e215431");
        assert_eq!(Token::within(42, 1, 1000, 17).to_string(), "rt1.2a.1.3e8.11.30238c5a");
        assert_eq!(format!("{:?}", Token::whole(0, 0, 0)), format!("Token({})", Token::whole(0, 0, 0)));
    }

    #[test]
    fn every_altered_text_is_refused() {
        for token in [Token::whole(u64::MAX, 3, 77), Token::within(42, 1, 1000, 17)] {
            let text = token.to_string();
            for place in 0..text.len() {
                let mut removed = text.clone();
                removed.remove(place);
                refused(&removed);
                for other in b' '..=b'~' {
                    let mut altered = text.clone().into_bytes();
                    let mut longer = altered.clone();
                    longer.insert(place, other);
                    refused(std::str::from_utf8(&longer).unwrap());
                    if altered[place] != other {
                        altered[place] = other;
                        refused(std::str::from_utf8(&altered).unwrap());
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let plus = "rt1.+2a.1.3e8.all";
        let capital = "rt1.2A.1.3e8.all";
        let zero = "rt1.02a.1.3e8.all";
        let last = "rt1.2a.1.3e8.ffffffff";
        for text in [plus, capital, zero, last] {
            refused(&format!("{text}.{:08x}", checksum(text.as_bytes())));
        }
        let future = "rt2.2a.1.3e8.all";
        refused(&format!("{future}.{:08x}", checksum(future.as_bytes())));
        for text in ["", ".", "rt1", "rt1....", "rt1.1.1.1.1", "42", "ä", &"a".repeat(100_000)] {
            refused(text);
        }
    }

    fn refused(text: &str) {
        let error = text.parse::<Token>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenForeign, "{text}");
        assert!(error.to_string().contains("not a token"), "{error}");
    }

    #[test]
    fn an_expired_token_names_the_oldest() {
        let oldest = Token::whole(1, 2, 3);
        let error = Error::token_expired(oldest);
        assert_eq!(error.oldest(), Some(oldest));
        assert!(error.to_string().contains(&oldest.to_string()), "{error}");
        assert_eq!(Error::token_foreign().oldest(), None);
    }

    #[cfg(feature = "json")]
    #[test]
    fn serde_gives_the_text() {
        let token = Token::within(7, 1, 5, 2);
        let json = serde_json::to_string(&token).unwrap();
        assert_eq!(json, format!("\"{token}\""));
        assert_eq!(serde_json::from_str::<Token>(&json).unwrap(), token);
        let error = serde_json::from_str::<Token>("\"nonsense\"").unwrap_err();
        assert!(error.to_string().contains("not a token"), "{error}");
        assert!(serde_json::from_str::<Token>("5").is_err());
    }
}
