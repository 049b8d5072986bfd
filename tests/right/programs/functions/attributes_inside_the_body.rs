#![expect(clippy::allow_attributes, reason = "the subject")]

use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
async fn inner(
    flaky: &Flaky,
    #[allow(unused_mut, reason = "kept on the argument")] mut n: u32,
) -> Result<u32, Error> {
    //! Documented from inside.
    #![expect(unused_variables, reason = "moved to the function with its body")]

    let unused = 1;
    #[cfg(any())]
    compile_error!("never seen");
    #[expect(clippy::no_effect_underscore_binding, reason = "kept in the body")]
    let _nothing = 2;
    flaky.attempt()?;
    Ok(n)
}

pub(super) async fn run() {
    assert_eq!(inner(&Flaky::times(1), 1).await, Ok(1));
}
