mod company {
    pub(super) mod deps {
        pub(in super::super) use ::resilience as robust;
    }
}

mod resilience {
    //! Not the crate.
}

use self::company::deps::robust::{circuit, retry, timeout};
use crate::{Error, Flaky};

#[timeout(60s, crate = crate::names::a_crate_of_another_name::company::deps::robust)]
#[retry(max = 2)]
#[circuit]
async fn load(flaky: &Flaky) -> Result<u32, Error> {
    flaky.attempt()?;
    Ok(1)
}

pub(super) async fn run() {
    assert_eq!(load(&Flaky::times(2)).await, Ok(1));
}
