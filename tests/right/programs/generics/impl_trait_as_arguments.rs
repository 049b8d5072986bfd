use std::path::Path;

use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
async fn read(
    flaky: &Flaky,
    path: impl AsRef<Path> + Send + Sync + Clone,
    name: impl Into<String> + Clone + Send,
    items: impl IntoIterator<Item = u32, IntoIter: Send> + Clone + Send,
) -> Result<(usize, String, u32), Error> {
    flaky.attempt()?;
    let length = path.as_ref().as_os_str().len();
    Ok((length, name.into(), items.into_iter().sum()))
}

pub(super) async fn run() {
    let read = read(&Flaky::times(1), "path", "name", [1, 2]).await;
    assert_eq!(read, Ok((4, "name".to_owned(), 3)));
}
