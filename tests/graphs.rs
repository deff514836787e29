//! placeholder until the first suite lands
