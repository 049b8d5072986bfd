//! Sagas and steps.

use resilience::{StepOutcome, compensate, retry, saga};

use super::{Error, methods::Client};

async fn undo(n: &u32) -> Result<(), Error> {
    ::core::future::ready(()).await;
    let _: &u32 = n;
    Ok(())
}

async fn undo_before(name: &str, list: Vec<u32>) -> Result<(), Error> {
    ::core::future::ready(()).await;
    drop(list);
    let _: &str = name;
    Ok(())
}

async fn undo_told(name: &str, outcome: StepOutcome<&u32>) -> Result<(), Error> {
    ::core::future::ready(()).await;
    let _: (&str, StepOutcome<&u32>) = (name, outcome);
    Ok(())
}

/// Undone after success.
///
/// # Errors
///
/// Never.
#[compensate(undo)]
#[retry(max = 2)]
pub async fn after(n: u32) -> Result<u32, Error> {
    Ok(n)
}

/// Undone from the start.
///
/// # Errors
///
/// Never.
#[compensate(undo_before(name, list))]
pub async fn before(name: &str, list: Vec<u32>) -> Result<usize, Error> {
    Ok(name.len().saturating_add(list.len()))
}

/// Told what is known.
///
/// # Errors
///
/// Never.
#[compensate(undo_told(name, outcome))]
pub async fn told(name: &str) -> Result<u32, Error> {
    u32::try_from(name.len()).map_err(|_| Error::Busy)
}

impl Client {
    /// Undone by a method.
    ///
    /// # Errors
    ///
    /// Never.
    #[compensate(Self::release(name))]
    pub async fn reserve(&self, name: String) -> Result<String, Error> {
        Ok(name)
    }

    async fn release(&self, name: String) -> Result<(), Error> {
        ::core::future::ready(()).await;
        drop(name);
        Ok(())
    }
}

/// All steps.
///
/// # Errors
///
/// Never.
#[saga(strict)]
pub async fn all(client: &Client) -> Result<String, Error> {
    let _: u32 = after(3).await?;
    let _: usize = before("name", Vec::new()).await?;
    let _: u32 = told("name").await?;
    client.reserve(String::new()).await
}
