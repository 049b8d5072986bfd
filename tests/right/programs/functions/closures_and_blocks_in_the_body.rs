use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

#[fallback(value = prefix)]
#[timeout(1s)]
#[retry]
async fn shout(flaky: &Flaky, words: Vec<String>, prefix: String) -> Result<String, Error> {
    let longer = |word: &String| word.len() > 1;
    let mut count = 0;
    let kept: Vec<String> = words
        .into_iter()
        .filter(longer)
        .map(|word| {
            count += 1;
            prefix.clone() + &word
        })
        .collect();
    let checked = async move || {
        flaky.attempt()?;
        Ok::<_, Error>(kept.concat())
    };
    let text = checked().await?;
    Ok(format!("{text}{count}"))
}

pub(super) async fn run() {
    let words = vec!["a".to_owned(), "bc".to_owned()];
    let shouted = shout(&Flaky::times(2), words, "-".to_owned()).await;
    assert_eq!(shouted, Ok("-bc1".to_owned()));
}
