//! Tokens as texts, and tokens that are not of this store's past.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, player};
use crate::conformance::following::given::{take, up_to};
use crate::conformance::following::past::make;
use crate::conformance::following::short::short;
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result, Store, Token};

clauses! {
    "5.3" f_token_text: "A token comes back from its text as it was, and resumes as it did.";
    "5.3" f_token_serde: "A token comes back from its serialized form, which is its text.";
    "5.3" f_token_altered: "A text in which any letter is another, missing or added is no token.";
    "5.3" f_token_no_text: "What is no token is `TokenForeign`, whatever it looks like.";
    "5.3" f_token_foreign: "A token of another store is `TokenForeign`, to a store and to a collection.";
    "5.3" f_token_future: "A token of a commit that has not been made is `TokenForeign`.";
    "5.3" f_token_other_opening: "A token of an opening of the store that has not been is `TokenForeign`.";
}

/// Tokens behind commits and within them.
async fn tokens(store: &Store) -> Result<Vec<Token>> {
    let mut feed = store.changes().await?;
    let first = store.token();
    make(store).await?;
    let commits = up_to(&mut feed, store.token()).await?;
    let mut tokens = vec![first];
    for commit in &commits {
        tokens.extend(commit.changes().map(|change| change.token()));
    }
    assert!(tokens.iter().any(|token| token.place().is_some()));
    Ok(tokens)
}

async fn f_token_text(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    for token in tokens(&store).await? {
        let text = token.to_string();
        assert!(text.is_ascii() && text.len() <= 96, "{text}");
        let read: Token = text.parse()?;
        assert_eq!(read, token, "{text}");
        assert_eq!((read.number(), read.place()), (token.number(), token.place()), "{text}");
        let present = store.token();
        let given = up_to(&mut players.changes_after(read).await?, present).await?;
        let expected = up_to(&mut players.changes_after(token).await?, present).await?;
        assert_eq!(short(&given), short(&expected), "{text}");
    }
    Ok(())
}

async fn f_token_serde(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for token in tokens(&store).await? {
        let value = serde_json::to_value(token).ok();
        assert_eq!(value, Some(serde_json::Value::from(token.to_string())));
        let read = value.and_then(|value| serde_json::from_value::<Token>(value).ok());
        assert_eq!(read, Some(token));
    }
    let altered = serde_json::Value::from(format!("{}0", store.token()));
    assert!(serde_json::from_value::<Token>(altered).is_err());
    Ok(())
}

async fn f_token_altered(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let all = tokens(&store).await?;
    let within = all.iter().find(|token| token.place().is_some());
    for token in all.first().into_iter().chain(within) {
        let text = token.to_string();
        for (place, letter) in text.char_indices() {
            let (head, tail) = text.split_at(place);
            refused(head.parse::<Token>(), ErrorKind::TokenForeign);
            let rest = tail.strip_prefix(letter).unwrap_or_default();
            refused(format!("{head}{rest}").parse::<Token>(), ErrorKind::TokenForeign);
            for other in "0123456789abcdefz.+- Aé".chars() {
                refused(format!("{head}{other}{tail}").parse::<Token>(), ErrorKind::TokenForeign);
                if other != letter {
                    refused(format!("{head}{other}{rest}").parse::<Token>(), ErrorKind::TokenForeign);
                }
            }
        }
    }
    Ok(())
}

async fn f_token_no_text(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let text = store.token().to_string();
    let cases = [
        String::new(),
        " ".to_owned(),
        "0".to_owned(),
        ".".repeat(5),
        "latest".to_owned(),
        format!(" {text}"),
        format!("{text}\n"),
        format!("{text}{text}"),
        text.to_uppercase(),
        "é".repeat(50),
        "a".repeat(100_000),
    ];
    for case in cases {
        let error = refused(case.parse::<Token>(), ErrorKind::TokenForeign);
        assert!(!error.is_retryable() && error.oldest().is_none(), "{error}");
    }
    Ok(())
}

async fn f_token_foreign(subject: &Subject) -> Result<()> {
    let (one, other) = (subject.store().await?, subject.store().await?);
    // both have the same past
    make(&one).await?;
    make(&other).await?;
    assert_ne!(one.token(), other.token());
    for (store, token) in [(&one, other.token()), (&other, one.token())] {
        let players = store.collection::<Player>().await?;
        refused(store.changes_after(token).await, ErrorKind::TokenForeign);
        refused(players.changes_after(token).await, ErrorKind::TokenForeign);
        drop(players.changes_after(store.token()).await?);
    }
    Ok(())
}

/// The token that names another commit of the same store.
fn moved(token: Token, number: u64) -> Token {
    Token::whole(token.store(), token.epoch(), number)
}

async fn f_token_future(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let now = store.token();
    for number in [now.number() + 1, now.number() + 1_000, u64::MAX] {
        let future = moved(now, number);
        let within = Token::within(now.store(), now.epoch(), number, 0);
        for token in [future, within] {
            refused(players.changes_after(token).await, ErrorKind::TokenForeign);
            refused(store.changes_after(token).await, ErrorKind::TokenForeign);
        }
    }
    let mut feed = players.changes_after(now).await?;
    players.modify(&1, |row| row.score = 2).await?;
    assert_eq!(short(&take(&mut feed, 1).await?), "1:1>2");
    Ok(())
}

async fn f_token_other_opening(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert(player(1, 1)).await?;
    let now = store.token();
    let later = Token::whole(now.store(), now.epoch() + 1, now.number());
    refused(players.changes_after(later).await, ErrorKind::TokenForeign);
    refused(store.changes_after(later).await, ErrorKind::TokenForeign);
    Ok(())
}
