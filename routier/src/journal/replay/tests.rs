use std::path::Path;

use super::*;
use crate::error::ErrorKind;
use crate::journal::line::seal;

/// A file of the log with so many commits of one row, each synced before the next.
fn file(commits: u64, is_ended: bool) -> Vec<u8> {
    let mut text = Vec::new();
    let head = Head { format: FORMAT, store: "5a".to_owned(), epoch: 1, after: 10, first: 10, done: 40 };
    head.write(&mut text).unwrap();
    for number in 11..11 + commits {
        add(&mut text, number, None);
    }
    if is_ended {
        let synced = text.len() as u64;
        End::new(10 + commits, 40 + commits, synced).write(&mut text).unwrap();
    }
    text
}

/// Adds a commit, written when so much was durable: all that is there, if nothing is said.
fn add(text: &mut Vec<u8>, number: u64, synced: Option<usize>) {
    let synced = synced.unwrap_or(text.len());
    let (after, done) = (number - 1, 29 + number);
    let members = format!(
        r#""commit":{{"number":{number},"after":{after},"done":{done},"synced":{synced},"origin":"web","changes":[{{"in":"games","new":{{"title":"go","plays":{number}}}}}]}}"#
    );
    seal(text, |line| line.extend_from_slice(members.as_bytes()));
}

fn read(text: &[u8]) -> Result<Option<Segment>> {
    Segment::read(text, Path::new("log"))
}

/// The numbers of the commits that are found.
fn numbers(segment: &Segment) -> Vec<u64> {
    segment.commits.iter().map(|commit| commit.number).collect()
}

#[test]
fn a_file_is_read_as_it_was_written() {
    for is_ended in [false, true] {
        let text = file(4, is_ended);
        let segment = read(&text).unwrap().unwrap();
        assert_eq!(numbers(&segment), [11, 12, 13, 14]);
        assert_eq!((segment.len, segment.torn, segment.end.is_some()), (text.len() as u64, 0, is_ended));
        assert_eq!(segment.reached(), Reached { number: 14, done: 44 });
    }
    assert_eq!(read(&file(0, true)).unwrap().unwrap().reached(), Reached { number: 10, done: 40 });
}

#[test]
fn a_file_cut_anywhere_has_exactly_the_whole_commits() {
    for is_ended in [false, true] {
        let text = file(6, is_ended);
        for len in 0..=text.len() {
            let cut = &text[..len];
            let n_lines = cut.iter().filter(|byte| **byte == b'\n').count();
            match read(cut).unwrap() {
                None => assert_eq!(n_lines, 0, "cut at {len}"),
                Some(segment) => {
                    let n_commits = (n_lines - 1).min(6);
                    assert_eq!(segment.commits.len(), n_commits, "cut at {len}");
                    assert_eq!(segment.len + segment.torn, len as u64);
                    assert_eq!(segment.torn > 0, cut.last() != Some(&b'\n'), "cut at {len}");
                }
            }
        }
    }
}

#[test]
fn no_flipped_bit_loses_a_commit_but_the_last_of_a_file_that_was_not_ended() {
    for is_ended in [false, true] {
        let text = file(6, is_ended);
        let (mut n_refused, mut n_torn) = (0, 0);
        for bit in 0..text.len() * 8 {
            let mut flipped = text.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match read(&flipped) {
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Corrupt, "bit {bit}: {error}");
                    assert_eq!(error.path(), Some(Path::new("log")));
                    n_refused += 1;
                }
                Ok(None) => panic!("bit {bit}: all is lost"),
                Ok(Some(segment)) => {
                    let all = [11, 12, 13, 14, 15, 16];
                    let kept = if is_ended { &all[..] } else { &all[..5] };
                    assert_eq!(numbers(&segment), kept, "bit {bit}");
                    assert!(segment.torn > 0, "bit {bit} is not told of");
                    n_torn += 1;
                }
            }
        }
        let last = text.len() - text[..text.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() - 1;
        assert_eq!((n_refused, n_torn), ((text.len() - last) * 8, last * 8));
    }
}

#[test]
fn what_was_not_synced_may_be_gone_in_any_part() {
    // three commits that were written together, behind one that was synced
    let mut text = file(1, false);
    let synced = text.len();
    (12..15).for_each(|number| add(&mut text, number, Some(synced)));
    let lines: Vec<usize> = lines(&text).map(|(offset, _, _)| offset).collect();
    for (torn, expected) in [(2, vec![11]), (3, vec![11, 12]), (4, vec![11, 12, 13])] {
        let mut image = text.clone();
        image[lines[torn] + 20] = 0;
        let segment = read(&image).unwrap().unwrap();
        assert_eq!(numbers(&segment), expected);
        assert_eq!(segment.len, lines[torn] as u64);
    }
    // one more, written when all were durable, shows that the bad one is damage
    let durable = text.len();
    add(&mut text, 15, Some(durable));
    text[lines[3] + 20] = 0;
    let error = read(&text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains(&format!("at byte {}", lines[3])), "{error}");
}

#[test]
fn lines_that_do_not_belong_are_refused() {
    type Change = fn(&mut Vec<u8>);
    let cases: [(&str, Change, &str); 6] = [
        ("a commit left out", |text| add(text, 13, None), "follows on"),
        ("a commit twice", |text| add(text, 11, None), "follows on"),
        ("a second head", |text| text.extend(file(0, false)), "second head"),
        (
            "something unknown",
            |text| {
                seal(text, |line| line.extend_from_slice(b"\"x\":1"));
            },
            "nothing that is known",
        ),
        ("a wrong end", |text| End::new(99, 0, 0).write(text).unwrap(), "it ends at commit 99"),
        (
            "a line behind the end",
            |text| {
                End::new(11, 41, text.len() as u64).write(text).unwrap();
                add(text, 12, None);
            },
            "behind the end",
        ),
    ];
    for (name, change, said) in cases {
        let mut text = file(1, false);
        change(&mut text);
        let error = read(&text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{name}");
        assert!(error.to_string().contains(said), "{name}: {error}");
    }
    let first = file(1, false).split_inclusive(|byte| *byte == b'\n').nth(1).unwrap().to_vec();
    assert!(read(&first).unwrap_err().to_string().contains("not the head"));
    let mut newer = Vec::new();
    let head = Head { format: 2, store: String::new(), epoch: 1, after: 0, first: 0, done: 0 };
    head.write(&mut newer).unwrap();
    assert_eq!(read(&newer).unwrap_err().kind(), ErrorKind::Unsupported);
}
