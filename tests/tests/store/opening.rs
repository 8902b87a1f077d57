//! Opening collections: one name is one type.

use routier::{Entity, ErrorKind};
use routier_tests::stores::on_each;
use serde::{Deserialize, Serialize};

use crate::entities::Note;
use crate::scopes::fails;

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "notes")]
struct OtherNote {
    #[key]
    name: String,
}

#[tokio::test]
async fn two_that_open_at_once_get_one_collection() {
    on_each(async |store| {
        let (first, second, wrong) = tokio::join!(
            store.collection::<Note>(),
            store.collection::<Note>(),
            store.collection::<OtherNote>()
        );
        fails(wrong, ErrorKind::Schema);
        first?.insert(Note::new("a", 1)).await?;
        assert_eq!(second?.query().keys().await?, ["a"]);
        Ok(())
    })
    .await;
}
