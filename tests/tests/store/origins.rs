//! Who wrote it.

use routier_tests::stores::on_each;

use crate::entities::Note;

#[tokio::test]
async fn who_wrote_it_is_known() {
    on_each(async |store| {
        let importer = store.as_origin("importer");
        let mut feed = store.changes().await?;
        let expected = [importer.origin().clone(), importer.origin().clone(), store.origin().clone()];
        assert_eq!(importer.origin().name(), "importer");
        assert_eq!(store.clone().origin(), store.origin());
        let tx = importer.begin().await?;
        assert_eq!(tx.origin(), importer.origin());
        tx.collection::<Note>().await?.insert(Note::new("a", 1)).await?;
        tx.commit().await?;
        importer.collection::<Note>().await?.modify("a", |note| note.value = 2).await?;
        store.collection::<Note>().await?.query().update(|note| note.value = 3).await?;
        for origin in &expected {
            let commit = feed.next().await.transpose()?.expect("a commit");
            let changes = commit.of::<Note>();
            assert_eq!(changes.iter().map(|change| change.origin()).collect::<Vec<_>>(), [origin]);
        }
        Ok(())
    })
    .await;
}
