//! 惠民惠企政策: the public list, what fits me, claiming it.

pub mod pages;
