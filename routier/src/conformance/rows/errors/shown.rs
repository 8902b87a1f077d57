//! What an error shows, and what it does not.

use super::provoked::{self, KEY, NUMBER, SECRET, Scene};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::{Error, ErrorKind, Result};

clauses! {
    "6" e_names: "The text of an error names the collection, the key, the fields and the value that it has.";
    "6" e_sentence: "The text of an error is one line for a person: no upper case at its begin, no dot at its end.";
    "6" e_advice: "The text of an error says what to do.";
    "6" e_secret: "The text of an error shows nothing of a row but its key, and what is refused by `Duplicate` and `Invalid`.";
    "6" e_redacted: "`redacted()` shows neither key nor value, nor what the user's own errors say, and the names still.";
    "6" e_debug: "`Debug` of an error names its kind and has its text.";
    "6" e_pointer: "An error is one pointer wide, and can be sent and shared.";
}

async fn e_names(subject: &Subject) -> Result<()> {
    for (what, error) in provoked::all(subject).await? {
        let text = error.to_string();
        let fields = error.fields().unwrap_or_default().iter().map(|field| format!("`{field}`"));
        let collection = error.collection().map(|collection| format!("`{collection}`"));
        let contents = [error.key(), error.value()].into_iter().flatten().map(str::to_owned);
        for part in fields.chain(collection).chain(contents) {
            assert!(text.contains(&part), "{what}: {part} is not in: {text}");
        }
    }
    Ok(())
}

async fn e_sentence(subject: &Subject) -> Result<()> {
    for (what, error) in provoked::all(subject).await? {
        for text in [error.to_string(), error.redacted().to_string()] {
            assert!(!text.is_empty() && text.len() < 400, "{what}: {text}");
            assert!(!text.starts_with(char::is_uppercase), "{what}: an upper case beginning: {text}");
            assert!(!text.ends_with('.'), "{what}: a final dot: {text}");
            assert!(!text.contains('\n'), "{what}: more than a line: {text}");
        }
    }
    Ok(())
}

async fn e_advice(subject: &Subject) -> Result<()> {
    for (what, error) in provoked::all(subject).await? {
        // what a user's closure says is its own affair
        let has_advice = error.to_string().contains(": ") || error.kind() == ErrorKind::Other;
        assert!(has_advice, "{what}: {error}");
    }
    Ok(())
}

async fn e_secret(subject: &Subject) -> Result<()> {
    let mut n_shown = 0;
    for (what, error) in provoked::all(subject).await? {
        if error.kind() == ErrorKind::Other {
            continue;
        }
        let text = error.to_string();
        assert!(!text.contains(SECRET), "{what}: {text}");
        let shows_value = text.contains(NUMBER) || text.contains("b-1");
        assert!(
            !shows_value || matches!(error.kind(), ErrorKind::Duplicate | ErrorKind::Invalid),
            "{what}: {text}"
        );
        n_shown += usize::from(shows_value) + usize::from(text.contains(KEY));
    }
    assert!(n_shown > 5, "keys and refused values are shown");
    Ok(())
}

async fn e_redacted(subject: &Subject) -> Result<()> {
    for (what, error) in provoked::all(subject).await? {
        let full = error.to_string();
        for text in [error.redacted().to_string(), format!("{:?}", error.redacted())] {
            let known = [KEY, NUMBER, SECRET, "k-none", "k-new", "k-cyd", "b-1"].map(Some);
            // that it is NaN is why it is refused
            let value = error.value().filter(|value| *value != "NaN");
            for contents in known.into_iter().chain([error.key(), value]).flatten() {
                assert!(!text.contains(contents), "{what}: {contents} is in: {text}");
            }
            for name in
                error.fields().unwrap_or_default().iter().map(|name| &**name).chain(error.collection())
            {
                assert!(text.contains(&format!("`{name}`")), "{what}: {name} is not in: {text}");
            }
            let has_contents = error.key().or(error.value()).is_some() || error.kind() == ErrorKind::Other;
            assert_eq!(text == full, !has_contents, "{what}: {text}");
        }
    }
    Ok(())
}

async fn e_debug(subject: &Subject) -> Result<()> {
    for (what, error) in provoked::all(subject).await? {
        let text = format!("{error:?}");
        assert!(text.contains(&error.kind().to_string()), "{what}: {text}");
        assert!(text.contains(&error.to_string()), "{what}: {text}");
    }
    Ok(())
}

async fn e_pointer(subject: &Subject) -> Result<()> {
    fn can_cross_threads<T: Send + Sync + 'static>(_: &T) {}
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let error = provoked::key_twice(&Scene::new(subject).await?).await?;
    can_cross_threads(&error);
    // kinds are compared and copied
    let kind = error.kind();
    assert_eq!((kind, error.kind(), kind.to_string().as_str()), (ErrorKind::Duplicate, kind, "Duplicate"));
    Ok(())
}
