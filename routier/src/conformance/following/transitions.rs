//! What a watch says of each thing that can happen to a row.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, peopled, player, team};
use crate::conformance::following::given::{rest_of, until_ready};
use crate::conformance::following::short::said;
use crate::{Collection, Live, Result, Watch};

clauses! {
    "5.6" f_watch_entered: "A row that passes the filter now and did not is `Entered`, by every way to write it.";
    "5.6" f_watch_left: "A row that passed the filter and does not is `Left`, as it was when it did.";
    "5.6" f_watch_changed: "A row that stays, with the values of the order as they were, is `Changed`.";
    "5.6" f_watch_moved: "A row that stays, with another value in any term of the order, is `Moved`.";
    "5.6" f_watch_silent: "Writes to rows that pass the filter neither before nor after give nothing.";
    "5.6" f_watch_net: "Of several writes to a row in a commit a watch says one thing, or nothing where nothing came of them.";
}

/// What is done to a row.
type Change = fn(&mut Player);

/// A watch of the players with a score of ten and more, behind its beginning.
async fn tens(players: &Collection<Player>) -> Result<Watch<Player>> {
    let mut watch = players.filter(|p| p.score.ge(10)).watch().await?;
    until_ready(&mut watch).await?;
    Ok(watch)
}

async fn f_watch_entered(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = tens(&players).await?;
    players.insert(player(10, 50)).await?;
    players.insert_many([player(11, 1), player(12, 50), player(13, 50)]).await?;
    players.upsert(player(14, 50)).await?;
    players.modify(&1, |row| row.score = 50).await?;
    let low = players.upsert(player(2, 1)).await?;
    players.update(&low, |row| row.score = 10).await?;
    players.filter(|p| p.id.eq(11)).update(|row| row.score = 50).await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(15, 0)).await?;
    in_tx.modify(&15, |row| row.score = 10).await?;
    tx.commit().await?;
    store.close().await?;
    let lives = rest_of(&mut watch).await?;
    assert_eq!(said(&lives), "+10 . +12 +13 . +14 . +1 . -2 . +2 . +11 . +15 .");
    let scores: Vec<u32> = lives
        .iter()
        .filter_map(|live| if let Live::Entered(row) = live { Some(row.score) } else { None })
        .collect();
    assert_eq!(scores, [50, 50, 50, 50, 50, 10, 50, 10]);
    Ok(())
}

async fn f_watch_left(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    players.insert_many((10..16).map(|id| player(id, id as u32 * 10))).await?;
    let mut watch = tens(&players).await?;
    players.modify(&2, |row| row.score = 9).await?;
    players.upsert(player(3, 0)).await?;
    let row = players.modify(&4, |row| row.score = 44).await?;
    players.remove(&row).await?;
    players.remove_key(&10).await?;
    players.filter(|p| p.id.eq(11)).remove().await?;
    players.filter(|p| p.id.eq(12)).update(|row| row.score = 9).await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.modify(&13, |row| row.score = 999).await?;
    in_tx.remove_key(&13).await?;
    in_tx.remove_key(&14).await?;
    in_tx.insert(player(14, 9)).await?;
    tx.commit().await?;
    store.close().await?;
    let lives = rest_of(&mut watch).await?;
    assert_eq!(said(&lives), "-2 . -3 . ~4 . -4 . -10 . -11 . -12 . -13 -14 .");
    let scores: Vec<u32> = lives
        .iter()
        .filter_map(|live| if let Live::Left(row) = live { Some(row.score) } else { None })
        .collect();
    assert_eq!(scores, [10, 15, 44, 100, 110, 120, 130, 140], "as they were before the commit");
    Ok(())
}

/// What a watch says of one change of player 2, who has ten points and no guild.
async fn told(
    players: &Collection<Player>,
    mut watch: Watch<Player>,
    change: fn(&mut Player),
) -> Result<(String, Live<Player>)> {
    until_ready(&mut watch).await?;
    players.modify(&2, change).await?;
    let (mut lives, _) = until_ready(&mut watch).await?;
    let short = said(&lives);
    players.upsert(player(2, 10)).await?;
    match (lives.pop(), lives.is_empty()) {
        (Some(live), true) => Ok((short, live)),
        _ => panic!("one change, and the watch said {short}"),
    }
}

async fn f_watch_changed(subject: &Subject) -> Result<()> {
    let (_store, players) = peopled(subject).await?;
    let tens = || players.filter(|p| p.score.ge(10));
    let cases: [(&str, _, Change); 7] = [
        ("nothing differs", tens(), |_| ()),
        ("a field that is not declared", tens(), |row| row.note = "new".to_owned()),
        ("the filter's field, in the order of the key", tens(), |row| row.score = 11),
        ("another field than the order's", tens().order_by(|p| p.score.asc()), |row| row.guild = Some(1)),
        (
            "another field than the orders'",
            tens().order_by(|p| p.score.desc()).then_by(|p| p.id.asc()),
            |row| {
                row.guild = Some(1);
            },
        ),
        ("nothing differs, with an order", tens().order_by(|p| p.guild.asc()), |_| ()),
        (
            "the order's before the last `order_by`",
            tens().order_by(|p| p.score.asc()).order_by(|p| p.guild.asc()),
            |row| {
                row.score = 11;
            },
        ),
    ];
    for (case, find, change) in cases {
        let (short, live) = told(&players, find.watch().await?, change).await?;
        assert_eq!(short, "~2", "{case}");
        let Live::Changed { before, after } = live else { panic!("{case}") };
        let mut expected = player(2, 10);
        assert_eq!(*before, expected, "{case}");
        change(&mut expected);
        assert_eq!(*after, expected, "{case}");
        assert_ne!(before.version(), after.version(), "{case}");
    }
    Ok(())
}

async fn f_watch_moved(subject: &Subject) -> Result<()> {
    let (_store, players) = peopled(subject).await?;
    let tens = || players.filter(|p| p.score.ge(10));
    let cases: [(&str, _, Change); 6] = [
        ("to another place", tens().order_by(|p| p.score.asc()), |row| row.score = 17),
        ("to the same place", tens().order_by(|p| p.score.asc()), |row| row.score = 11),
        ("downwards", tens().order_by(|p| p.score.desc()), |row| row.score = 11),
        ("to a tie", tens().order_by(|p| p.score.desc()), |row| row.score = 15),
        ("from `None`", tens().order_by(|p| p.guild.asc()), |row| row.guild = Some(0)),
        ("by the second term", tens().order_by(|p| p.guild.asc()).then_by(|p| p.score.asc()), |row| {
            row.score = 17
        }),
    ];
    for (case, find, change) in cases {
        let (short, live) = told(&players, find.watch().await?, change).await?;
        assert_eq!(short, ">2", "{case}");
        let Live::Moved { before, after } = live else { panic!("{case}") };
        let mut expected = player(2, 10);
        assert_eq!(*before, expected, "{case}");
        change(&mut expected);
        assert_eq!(*after, expected, "{case}");
    }
    Ok(())
}

async fn f_watch_silent(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let teams = store.collection::<Team>().await?;
    let mut watch = tens(&players).await?;
    players.insert(player(20, 9)).await?;
    players.modify(&20, |row| row.score = 8).await?;
    players.modify(&1, |row| row.note = "quiet".to_owned()).await?;
    players.upsert(player(20, 0)).await?;
    players.remove_key(&20).await?;
    teams.insert(team("red", 99)).await?;
    players.insert_many((30..40).map(|id| player(id, 0))).await?;
    players.filter(|p| p.score.lt(10)).update(|row| row.score = 3).await?;
    players.filter(|p| p.score.lt(10)).remove().await?;
    assert!(players.insert(player(2, 50)).await.is_err());
    store.close().await?;
    assert_eq!(said(&rest_of(&mut watch).await?), "");
    Ok(())
}

async fn f_watch_net(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let mut watch = tens(&players).await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    // enters and leaves, comes and goes
    in_tx.modify(&1, |row| row.score = 50).await?;
    in_tx.modify(&1, |row| row.score = 5).await?;
    in_tx.insert(player(9, 50)).await?;
    in_tx.remove_key(&9).await?;
    tx.commit().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    // leaves and enters, moves there and back, goes and comes
    in_tx.modify(&2, |row| row.score = 0).await?;
    in_tx.modify(&2, |row| row.score = 12).await?;
    in_tx.modify(&3, |row| row.score = 99).await?;
    in_tx.modify(&3, |row| row.score = 15).await?;
    in_tx.remove_key(&4).await?;
    in_tx.insert(player(4, 44)).await?;
    tx.commit().await?;
    store.close().await?;
    assert_eq!(said(&rest_of(&mut watch).await?), "~2 ~3 ~4 .");
    Ok(())
}
