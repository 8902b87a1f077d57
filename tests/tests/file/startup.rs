//! What is found in a directory, and what is said of it.

use std::path::{Path, PathBuf};

use routier::{ErrorKind, FileStorage, Result, Store};

use crate::scene::{Directory, Game, game};

/// A directory with a store of two games.
async fn given(test: &str) -> Result<Directory> {
    let directory = Directory::new(test);
    let store = directory.open().await?;
    let games = store.collection::<Game>().await?;
    games.insert_many([game("chess", 5), game("go", 7)]).await?;
    store.close().await?;
    // opened and edited once, the rows stand in the data file
    add_line(&directory, r#"{"row":{"title":"hex","plays":1}}"#);
    let store = directory.open().await?;
    store.collection::<Game>().await?;
    store.close().await?;
    Ok(directory)
}

fn data(directory: &Directory) -> PathBuf {
    directory.path().join("games.data.ndjson")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// A line without its checksum.
fn without_crc(line: &str) -> String {
    format!("{{{}", &line[r#"{"crc":"00000000","#.len()..])
}

/// Adds a line before the last one, which loses its checksum.
fn add_line(directory: &Directory, line: &str) {
    let text = read(&data(directory));
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let last = lines.pop().unwrap();
    lines.push(line.to_owned());
    lines.push(without_crc(&last));
    write(&data(directory), &(lines.join("\n") + "\n"));
}

async fn plays(directory: &Directory) -> Result<Vec<(String, u32)>> {
    let store = directory.open().await?;
    let games = store.collection::<Game>().await?.query().all().await?;
    store.close().await?;
    Ok(games.iter().map(|game| (game.title.clone(), game.plays)).collect())
}

#[tokio::test]
async fn rows_may_be_edited_by_hand() -> Result<()> {
    let directory = given("edited").await?;
    let text = read(&data(&directory));
    let edited: Vec<String> = text
        .lines()
        .map(
            |line| {
                if line.contains("chess") { without_crc(line).replace(":5", ":6") } else { line.to_owned() }
            },
        )
        .collect();
    write(&data(&directory), &(edited.join("\n") + "\n"));
    let storage = FileStorage::at(directory.path()).await?;
    assert!(storage.recovery().edited.is_empty(), "nobody has looked at the rows yet");
    drop(storage);
    assert_eq!(
        plays(&directory).await?,
        [("chess", 6), ("go", 7), ("hex", 1)].map(|(t, p)| (t.to_owned(), p))
    );
    // what was edited is written anew, with its checksums
    assert!(read(&data(&directory)).lines().all(|line| line.starts_with("{\"crc\":\"")));
    Ok(())
}

#[tokio::test]
async fn what_was_damaged_is_refused_with_file_and_line() -> Result<()> {
    let directory = given("damaged").await?;
    let whole = read(&data(&directory));
    let lines: Vec<&str> = whole.lines().collect();
    let without = |left_out: usize| {
        let kept = lines.iter().enumerate().filter(|(place, _)| *place != left_out);
        kept.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    let cases = [
        ("a row changed", whole.replace(":7}", ":8}"), "in line 3: the checksum"),
        ("a row left out", without(2), "in line 4: it says that there are 3 rows, and there are 2"),
        (
            "rows in another order",
            format!("{}\n{}\n{}\n{}\n{}\n", lines[0], lines[2], lines[1], lines[3], lines[4]),
            "in line 5: the rows are not those",
        ),
        ("no last line", without(4), "in line 5: the last line is missing"),
        ("no first line", without(0), "in line 1: the line is not what"),
        ("no lines", String::new(), "in line 1: the file is empty"),
        ("cut within a line", whole[..whole.len() - 9].to_owned(), "in line 5: the checksum"),
        (
            "a row twice",
            without(4) + &without_crc(lines[2]) + "\n" + lines[4] + "\n",
            "in line 5: another row has the same key",
        ),
    ];
    for (name, text, said) in cases {
        write(&data(&directory), &text);
        let store = directory.open().await?;
        let error = store.collection::<Game>().await.map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{name}: {error}");
        assert!(error.to_string().contains(said), "{name}: {error}");
        assert_eq!(error.path(), Some(&*data(&directory)), "{name}: {error}");
        store.close().await?;
    }
    write(&data(&directory), &whole);
    assert_eq!(plays(&directory).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_directory_that_is_not_whole_is_refused_and_left_as_it_is() -> Result<()> {
    let other = given("other").await?;
    let remove = |name: &'static str| {
        move |directory: &Directory| std::fs::remove_file(directory.path().join(name)).unwrap()
    };
    let put = |name: &'static str, text: &'static str| {
        move |directory: &Directory| write(&directory.path().join(name), text)
    };
    let copied = read(&other.path().join("commits-0000000001.ndjson"));
    let foreign =
        move |directory: &Directory| write(&directory.path().join("commits-0000000001.ndjson"), &copied);
    type Change<'a> = Box<dyn Fn(&Directory) + 'a>;
    let cases: Vec<(&str, Change<'_>, ErrorKind, &str)> = vec![
        ("no store.json", Box::new(remove("store.json")), ErrorKind::Invalid, "is not a store's"),
        ("no rows", Box::new(remove("games.data.ndjson")), ErrorKind::Corrupt, "is missing"),
        (
            "no first log",
            Box::new(remove("commits-0000000001.ndjson")),
            ErrorKind::Corrupt,
            "no longer reaches back",
        ),
        ("a log of another store", Box::new(foreign), ErrorKind::Corrupt, "of another store"),
        (
            "a store.json of something else",
            Box::new(put("store.json", "{\"name\":1}\n")),
            ErrorKind::Corrupt,
            "not the file of a store",
        ),
        (
            "a damaged store.json",
            Box::new(put("store.json", "{\"crc\":\"00000000\",\"x\":1}\n")),
            ErrorKind::Corrupt,
            "checksum",
        ),
        (
            "a newer store.json",
            Box::new(put("store.json", "{\"manifest\":{\"format\":9,\"store\":\"5\",\"collections\":[]}}\n")),
            ErrorKind::Unsupported,
            "format 9",
        ),
    ];
    for (number, (name, change, kind, said)) in cases.iter().enumerate() {
        let directory = given(&format!("startup-{number}")).await?;
        change(&directory);
        let listed = |directory: &Directory| {
            let entries = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path());
            let mut entries: Vec<(PathBuf, Vec<u8>)> =
                entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
            entries.sort();
            entries
        };
        let before = listed(&directory);
        let error = directory.open().await.unwrap_err();
        assert_eq!(error.kind(), *kind, "{name}: {error}");
        assert!(error.to_string().contains(said), "{name}: {error}");
        assert!(error.path().is_some(), "{name}: {error}");
        assert_eq!(listed(&directory), before, "{name}: something was changed");
    }
    Ok(())
}

#[tokio::test]
async fn a_directory_with_something_else_in_it_is_left_alone() -> Result<()> {
    let directory = Directory::new("foreign");
    std::fs::create_dir(directory.path()).unwrap();
    write(&directory.path().join("notes.txt"), "mine");
    let error = directory.open().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("notes.txt"), "{error}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    let under = directory.path().join("notes.txt");
    let error = Store::open(&format!("file:{}", under.display())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let directory = given("modes").await?;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(directory.path()), 0o700);
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    Ok(())
}
