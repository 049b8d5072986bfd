use std::{fmt::Display, str::FromStr};

use resilience::{cache, idempotent};

use crate::Error;

#[cache(60s)]
async fn parsed<T>(text: &str) -> Result<T, Error>
where
    T: FromStr + Clone + Send + Sync + 'static,
{
    text.parse().map_err(|_| Error::Gone)
}

#[cache(60s, key = id)]
async fn shown<'a, T: Display + Sync + 'a, const N: usize>(
    of: &'a [T; N],
    id: u32,
) -> Result<String, Error> {
    let [first, ..] = &of[..] else {
        return Err(Error::Gone);
    };
    Ok(format!("{first} of {N}, {id}"))
}

#[idempotent(key = id)]
async fn once(of: impl Display + Send, id: u32) -> Result<String, Error> {
    Ok(format!("{of} {id}"))
}

pub(super) async fn run() {
    let local = "x".to_owned();
    for _ in 0..2 {
        assert_eq!(parsed::<u8>("7").await, Ok(7));
        assert_eq!(parsed::<i64>("7").await, Ok(7));
        assert_eq!(shown(&[1, 2], 7).await, Ok("1 of 2, 7".to_owned()));
        assert_eq!(shown(&[1], 7).await, Ok("1 of 1, 7".to_owned()));
        assert_eq!(
            shown(&[local.as_str()], 7).await,
            Ok("x of 1, 7".to_owned())
        );
        assert_eq!(once('a', 7).await, Ok("a 7".to_owned()));
        assert_eq!(once(local.as_str(), 7).await, Ok("x 7".to_owned()));
    }
}
