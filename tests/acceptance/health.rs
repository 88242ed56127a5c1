//! The health check.

use crate::world::World;

#[tokio::test]
async fn anyone_may_ask_whether_the_table_answers() {
    let world = World::new().await;
    world.anyone().get("/health").await.ok().has("ok", true).has("table", "ok");
    world.buyer("ann").get("/health").await.ok().has("ok", true);
}
