use resilience::{StepOutcome, compensate, retry, saga};

use crate::{Error, Flaky};

async fn with_output(booked: &u32) -> Result<(), Error> {
    std::future::ready(booked).await;
    Ok(())
}

async fn with_arguments(name: &str, list: Vec<u32>, flaky: &Flaky) -> Result<(), Error> {
    std::future::ready((name, list)).await;
    flaky.undone();
    Ok(())
}

async fn with_outcome(name: String, outcome: StepOutcome<&u32>) -> Result<(), Error> {
    std::future::ready(name).await;
    if matches!(outcome, StepOutcome::Done(_)) {
        Ok(())
    } else {
        Err(Error::Gone)
    }
}

#[retry(max = 1)]
async fn retried(booked: &u32) -> Result<(), Error> {
    std::future::ready(booked).await;
    Ok(())
}

#[compensate(with_output)]
async fn one(n: u32) -> Result<u32, Error> {
    Ok(n)
}

#[compensate(with_arguments(name, list, flaky))]
#[retry]
async fn two(flaky: &Flaky, name: &str, list: Vec<u32>) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(u32::from(name.is_empty()) + u32::from(list.is_empty()))
}

#[compensate(with_outcome(name, outcome))]
async fn three(name: String) -> Result<u32, Error> {
    if name.is_empty() {
        Err(Error::Gone)
    } else {
        Ok(3)
    }
}

#[compensate(retried(output))]
async fn four() -> Result<u32, Error> {
    Ok(4)
}

#[saga]
async fn all(flaky: &Flaky, fails: bool) -> Result<u32, Error> {
    let mut sum = one(1).await?;
    sum += two(flaky, "n", vec![1]).await?;
    sum += three("n".to_owned()).await?;
    sum += four().await?;
    if fails {
        return Err(Error::Gone);
    }
    Ok(sum)
}

pub(super) async fn run() {
    let flaky = Flaky::times(1);
    assert_eq!((all(&flaky, false).await, flaky.undos()), (Ok(8), 0));
    assert_eq!(
        (all(&flaky, true).await, flaky.undos()),
        (Err(Error::Gone), 1)
    );
}
