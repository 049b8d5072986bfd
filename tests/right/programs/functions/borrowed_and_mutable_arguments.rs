use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[timeout(5s)]
#[retry]
async fn collect(
    flaky: &Flaky,
    name: &str,
    seen: &mut Vec<String>,
    count: &mut u32,
) -> Result<usize, Error> {
    seen.push(name.to_owned());
    *count += 1;
    flaky.attempt()?;
    Ok(seen.len())
}

pub(super) async fn run() {
    let (mut seen, mut count) = (Vec::new(), 0);
    let collected = collect(&Flaky::times(1), "n", &mut seen, &mut count).await;
    assert_eq!((collected, seen.len(), count), (Ok(2), 2, 2));
}
