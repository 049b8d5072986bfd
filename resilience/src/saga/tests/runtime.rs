//! Runtimes that go away, or were never there.

use std::{
    sync::mpsc,
    task::{Context, Poll, Waker},
};

use tokio::runtime::Builder;

use super::*;

fn reports(saga: &'static str) -> (mpsc::Receiver<SagaReport>, super::super::ReportHook) {
    let (sender, receiver) = mpsc::channel();
    let hook = on_report(move |report| {
        if report.saga == saga {
            let _ = sender.send(report.clone());
        }
    });
    (receiver, hook)
}

fn wait(receiver: &mpsc::Receiver<SagaReport>) -> SagaReport {
    receiver.recv_timeout(Duration::from_secs(60)).unwrap()
}

#[test]
fn a_runtime_that_ends_in_the_middle_of_the_undoing_loses_nothing() {
    let ledger = Ledger::default();
    let (receiver, _hook) = reports("runtime::ends");
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let own = ledger.clone();
    runtime.block_on(async {
        let body = saga("runtime::ends", async move {
            own.before("a", ok()).await?;
            let hanging = own.clone();
            let undo = undo_before::<Outcome, _, _, _>("undo", move || {
                let own = hanging.clone();
                async move {
                    own.note("?b");
                    if Undo::attempt() == 1 {
                        std::future::pending::<()>().await;
                    }
                    own.undo("b", String::new()).await
                }
            });
            own.step("b", undo, ok()).await?;
            Err(Oops::No)
        });
        tokio::spawn(body);
        while !ledger.read().contains("?b") {
            tokio::task::yield_now().await;
        }
    });
    drop(runtime);
    let report = wait(&receiver);
    assert_eq!(ledger.read(), "+a +b ?b ?b -b -a");
    assert_eq!(names(&report.undone), ["b", "a"]);
}

#[test]
fn a_saga_dropped_with_or_after_its_runtime_is_undone() {
    let ledger = Ledger::default();
    let (receiver, _hook) = reports("runtime::dropped");
    for with in [true, false] {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let own = ledger.clone();
        let mut body = Box::pin(saga("runtime::dropped", async move {
            own.before("a", ok()).await?;
            std::future::pending().await
        }));
        runtime.block_on(async {
            while !ledger.read().ends_with("+a") {
                assert!(futures::poll!(body.as_mut()).is_pending());
                tokio::task::yield_now().await;
            }
        });
        if with {
            runtime.spawn(body);
            drop(runtime);
        } else {
            drop(runtime);
            drop(body);
        }
        assert_eq!(names(&wait(&receiver).undone), ["a"]);
        assert!(ledger.read().ends_with("+a -a"));
    }
}

#[test]
fn without_any_runtime_the_undoing_has_its_own() {
    let ledger = Ledger::default();
    let body = saga("runtime::none", async {
        ledger.before("a", async { Ok(1) }).await?;
        Err(Oops::No)
    });
    let mut body = Box::pin(body);
    let mut cx = Context::from_waker(Waker::noop());
    let result = loop {
        match body.as_mut().poll(&mut cx) {
            Poll::Ready(result) => break result,
            Poll::Pending => std::thread::yield_now(),
        }
    };
    assert_eq!(result, Err(Oops::No));
    assert_eq!(ledger.read(), "+a -a");
}

#[test]
fn a_runtime_without_a_clock_is_left_for_one_that_has_it() {
    let ledger = Ledger::default();
    ledger.fail_undo("a", 1);
    let runtime = Builder::new_current_thread().build().unwrap();
    let result = runtime.block_on(saga("runtime::clockless", async {
        ledger.before("a", ok()).await?;
        Err(Oops::No)
    }));
    assert_eq!(result, Err(Oops::No));
    assert_eq!(ledger.read(), "+a !a -a");
}

#[test]
fn many_threads() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut sagas = tokio::task::JoinSet::new();
        for n in 0..50_usize {
            sagas.spawn(async move {
                let ledger = Ledger::default();
                let result = saga("runtime::threads", async {
                    for _ in 0..n % 5 {
                        ledger.before("a", ok()).await?;
                    }
                    Err(Oops::No)
                })
                .await;
                let report = super::super::last_report().unwrap();
                assert_eq!((result, report.saga), (Err(Oops::No), "runtime::threads"));
                assert_eq!(report.undone.len(), n % 5);
            });
        }
        while let Some(done) = sagas.join_next().await {
            done.unwrap();
        }
    });
}
