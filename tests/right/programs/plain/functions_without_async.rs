use resilience::{circuit, fallback, retry};

use crate::{Error, Flaky};

#[fallback(shorter)]
#[retry(max = 2, backoff = none)]
fn longer(flaky: &Flaky, words: &mut Vec<String>, word: String) -> Result<usize, Error> {
    words.push(word);
    flaky.attempt()?;
    if words.is_empty() {
        return Err(Error::Gone);
    }
    Ok(words.len())
}

fn shorter(_: &Flaky, words: &mut Vec<String>, word: String) -> Result<usize, Error> {
    let known = words.len();
    words.push(word);
    if known > 5 {
        return Err(Error::Gone);
    }
    Ok(known)
}

#[circuit(key = host, failures = 3)]
fn keyed<'a, T: Clone>(host: &str, flaky: &Flaky, values: &'a [T]) -> Result<&'a T, Error> {
    flaky.attempt()?;
    let [first, ..] = values else {
        return Err(Error::Gone);
    };
    if host.is_empty() {
        return Err(Error::Gone);
    }
    Ok(first)
}

pub(super) async fn run() {
    let mut words = Vec::new();
    let answer = longer(&Flaky::times(1), &mut words, "a".to_owned());
    assert_eq!(answer, Ok(2));
    let answer = longer(&Flaky::times(9), &mut words, "b".to_owned());
    assert_eq!(answer, Ok(5));
    assert_eq!(keyed("host", &Flaky::times(0), &[1, 2]), Ok(&1));
    std::future::ready(()).await;
}
