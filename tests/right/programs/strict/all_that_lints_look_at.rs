//! What the lints look at runs as well.

use core::time::Duration;
use std::sync::Arc;

use super::{
    bare, hedged,
    methods::{Client, Load as _},
    plain, shadowed, steps,
};

pub(super) async fn run() {
    assert_eq!(all().await, Ok(()));
}

async fn all() -> Result<(), super::Error> {
    let mut list = Vec::new();
    plain::defaults().await?;
    let name = plain::arguments("a".to_owned(), "b", &mut list, (1, 2), false).await?;
    assert_eq!((name.as_str(), list.as_slice()), ("ab", [3].as_slice()));
    assert_eq!(plain::constants(3).await?, 3);
    assert_eq!(plain::expressions(3, Duration::from_secs(1)).await?, 3);
    assert_eq!(plain::keyed("host").await?, 4);
    assert_eq!(plain::everything("n".to_owned(), &mut list).await?, "n");
    assert_eq!(plain::future("n".to_owned()).await?, "n");
    assert_eq!(plain::generic([1], "n", 0).await?, ([1], "n".to_owned()));
    let mut client = Client::default();
    assert_eq!(client.by_mut().await?, 1);
    assert_eq!(client.by_ref(3).await?, 4);
    assert_eq!((client.load(3).await?, client.nothing().await?), (3, 1));
    assert_eq!(hedged::learned(3, "ab").await?, 6);
    assert_eq!(hedged::named((1, 2), 3, true).await?, 6);
    assert_eq!(hedged::between(1, (2, 3), String::new()).await?, 6);
    let searching = hedged::Client::default();
    assert_eq!(searching.by_ref().await?, 0);
    assert_eq!(searching.clone().by_value().await?, 0);
    assert_eq!(Arc::new(searching).shared().await?, 0);
    assert_eq!(steps::all(&client).await?, "");
    assert_eq!(client.by_value().await?, 1);
    assert_eq!(
        (shadowed::call(3, &[]).await?, bare::call(3).await?),
        (3, 3)
    );
    Ok(())
}
