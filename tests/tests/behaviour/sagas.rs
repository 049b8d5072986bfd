//! Sagas and steps through their attributes.

use std::sync::{Arc, Mutex};

use resilience::{
    Circuit, Classify, Rejection, Saga, Step, StepOutcome, Undo, Verdict, circuit, compensate,
    fallback, retry, saga, timeout,
};

#[derive(Debug, Clone, PartialEq)]
enum Error {
    Lost,
    Refused,
    Busy,
    Rejected(Rejection),
}

impl Classify for Error {
    fn classify(&self) -> Verdict {
        match self {
            Self::Lost => Verdict::retryable().in_doubt(),
            Self::Busy => Verdict::retryable(),
            Self::Refused => Verdict::permanent(),
            Self::Rejected(rejection) => rejection.classify(),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// What happened, in order.
#[derive(Debug, Clone, Default)]
struct Ledger(Arc<Mutex<Vec<String>>>);

impl Ledger {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn delete_order(order: &Order) -> Result<(), Error> {
    order.ledger.note(format!("delete {}", order.id));
    Ok(())
}

#[derive(Debug, Clone)]
struct Order {
    id: u32,
    ledger: Ledger,
}

#[compensate(delete_order)]
async fn create_order(ledger: &Ledger, id: u32) -> Result<Order, Error> {
    ledger.note(format!("create {id}"));
    Ok(Order {
        id,
        ledger: ledger.clone(),
    })
}

async fn refund(ledger: &Ledger, card: &str, amount: u32) -> Result<(), Error> {
    ledger.note(format!("refund {amount} to {card}"));
    Ok(())
}

#[compensate(refund(ledger, card, amount))]
#[retry(max = 2)]
#[circuit(failures = 50)]
#[timeout(10s)]
async fn charge(
    ledger: &Ledger,
    card: &str,
    amount: u32,
    error: Option<Error>,
) -> Result<u32, Error> {
    ledger.note(format!("charge {amount}"));
    match error {
        Some(error) => Err(error),
        None => Ok(amount),
    }
}

async fn told(ledger: Ledger, outcome: StepOutcome<&u32>) -> Result<(), String> {
    ledger.note(format!("{outcome:?}"));
    Ok(())
}

#[compensate(told(ledger, outcome))]
async fn tells(ledger: Ledger, value: Option<u32>) -> Result<u32, Error> {
    value.ok_or(Error::Lost)
}

#[saga]
async fn checkout(ledger: &Ledger, error: Option<Error>) -> Result<u32, Error> {
    let order = create_order(ledger, 1).await?;
    charge(ledger, "4711", order.id + 4, error).await?;
    Err(Error::Refused)
}

#[tokio::test(start_paused = true)]
async fn completed_steps_are_undone_in_reverse() {
    let ledger = Ledger::default();
    assert_eq!(checkout(&ledger, None).await, Err(Error::Refused));
    let lines = ledger.lines();
    assert_eq!(
        lines,
        ["create 1", "charge 5", "refund 5 to 4711", "delete 1"]
    );
    let report = saga::last_report().unwrap();
    assert_eq!(report.undone.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_step_in_doubt_is_undone_and_a_refused_one_is_not() {
    let ledger = Ledger::default();
    assert_eq!(checkout(&ledger, Some(Error::Lost)).await, Err(Error::Lost));
    assert_eq!(ledger.lines()[4..], ["refund 5 to 4711", "delete 1"]);
    let ledger = Ledger::default();
    assert_eq!(
        checkout(&ledger, Some(Error::Refused)).await,
        Err(Error::Refused)
    );
    assert_eq!(ledger.lines(), ["create 1", "charge 5", "delete 1"]);
}

#[tokio::test(start_paused = true)]
async fn outside_a_saga_a_step_is_a_plain_call() {
    let ledger = Ledger::default();
    assert!(create_order(&ledger, 3).await.is_ok());
    assert_eq!(ledger.lines(), ["create 3"]);
}

#[tokio::test(start_paused = true)]
async fn an_undo_is_told_what_is_known() {
    #[saga]
    async fn both(ledger: &Ledger) -> Result<(), Error> {
        tells(ledger.clone(), Some(7)).await?;
        tells(ledger.clone(), None).await?;
        Ok(())
    }
    let ledger = Ledger::default();
    assert_eq!(both(&ledger).await, Err(Error::Lost));
    assert_eq!(ledger.lines(), ["Maybe", "Done(7)"]);
}

#[derive(Debug, Clone)]
struct Shop {
    ledger: Ledger,
}

impl Shop {
    #[compensate(Self::release)]
    #[retry(max = 3)]
    async fn reserve(&self, n: u32) -> Result<u32, Error> {
        self.ledger
            .note(format!("reserve {n} {}", Step::key().is_empty()));
        Ok(n)
    }

    async fn release(&self, n: &u32) -> Result<(), Error> {
        self.ledger.note(format!("release {n} {}", Undo::attempt()));
        if Undo::attempt() < 3 {
            Err(Error::Busy)
        } else {
            Ok(())
        }
    }

    #[saga]
    #[timeout(60s)]
    async fn sell(&self) -> Result<(), Error> {
        for n in 0..3 {
            self.reserve(n).await?;
        }
        assert!(Saga::current().is_active());
        Err(Error::Refused)
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_may_be_the_undo_and_loops_are_undone_as_often_as_they_ran() {
    let shop = Shop {
        ledger: Ledger::default(),
    };
    assert_eq!(shop.sell().await, Err(Error::Refused));
    let lines = shop.ledger.lines();
    let expected: Vec<_> = (0..3)
        .map(|n| format!("reserve {n} false"))
        .chain(
            (0..3)
                .rev()
                .flat_map(|n| (1..=3).map(move |k| format!("release {n} {k}"))),
        )
        .collect();
    assert_eq!(lines, expected);
}

#[tokio::test(start_paused = true)]
async fn an_undo_with_its_own_retry_is_not_retried_again() {
    #[retry(max = 1, on = _)]
    async fn give_back(ledger: Ledger) -> Result<(), Error> {
        ledger.note("give back");
        Err(Error::Busy)
    }
    #[compensate(give_back(ledger))]
    async fn take(ledger: Ledger) -> Result<(), Error> {
        ledger.note("take");
        Ok(())
    }
    #[saga]
    async fn both(ledger: &Ledger) -> Result<(), Error> {
        take(ledger.clone()).await?;
        Err(Error::Refused)
    }
    let ledger = Ledger::default();
    assert_eq!(both(&ledger).await, Err(Error::Refused));
    assert_eq!(ledger.lines(), ["take", "give back", "give back"]);
    assert_eq!(saga::last_report().unwrap().parked.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_stack_of_the_design_example() {
    async fn by_invoice(order: &Order) -> Result<u32, Error> {
        order.ledger.note("invoice");
        Ok(0)
    }
    async fn undo(charge: &u32) -> Result<(), Error> {
        let _ = charge;
        Ok(())
    }
    #[compensate(undo)]
    #[fallback(by_invoice)]
    #[retry(max = 3, on = Retryable)]
    #[circuit(failures = 5, cooldown = 30s)]
    #[timeout(10s)]
    async fn charge(order: &Order) -> Result<u32, Error> {
        order.ledger.note("charge");
        Err(Error::Busy)
    }
    let order = Order {
        id: 1,
        ledger: Ledger::default(),
    };
    assert_eq!(charge(&order).await, Ok(0));
    assert_eq!(order.ledger.lines().len(), 5);
    assert_eq!(charge(&order).await, Ok(0));
    assert_eq!(
        order.ledger.lines().len(),
        7,
        "the fifth failure opened the circuit"
    );
}

static DOWN: Circuit = Circuit::new("sagas_down");

async fn by_invoice(ledger: &Ledger, _card: &str) -> Result<u32, Error> {
    ledger.note("invoice");
    Err(Error::Lost)
}

async fn cancel(ledger: &Ledger, card: &str) -> Result<(), Error> {
    ledger.note(format!("cancel {card}"));
    Ok(())
}

#[compensate(cancel(ledger, card))]
#[fallback(by_invoice)]
#[circuit(DOWN)]
async fn charge_somehow(ledger: &Ledger, card: &str) -> Result<u32, Error> {
    ledger.note(card);
    Ok(1)
}

#[saga]
async fn charging(ledger: &Ledger) -> Result<u32, Error> {
    charge_somehow(ledger, "4711").await
}

#[tokio::test(start_paused = true)]
async fn a_fallback_in_doubt_is_undone_although_the_body_was_rejected() {
    let ledger = Ledger::default();
    DOWN.force_open();
    assert_eq!(charging(&ledger).await, Err(Error::Lost));
    assert_eq!(ledger.lines(), ["invoice", "cancel 4711"]);
}

/// A retry that a timeout above cuts off cannot say that it gave up; it was there all the same.
#[tokio::test(start_paused = true)]
async fn an_undo_with_its_own_retry_is_not_retried_again_when_a_timeout_ends_it() {
    #[timeout(1s)]
    #[retry(max = 1, on = _)]
    async fn give_back(ledger: Ledger) -> Result<(), Error> {
        ledger.note("give back");
        std::future::pending().await
    }
    #[compensate(give_back(ledger))]
    async fn take(ledger: Ledger) -> Result<(), Error> {
        ledger.note("take");
        Ok(())
    }
    #[saga]
    async fn both(ledger: &Ledger) -> Result<(), Error> {
        take(ledger.clone()).await?;
        Err(Error::Refused)
    }
    let ledger = Ledger::default();
    assert_eq!(both(&ledger).await, Err(Error::Refused));
    assert_eq!(ledger.lines(), ["take", "give back"]);
}
