//! kith bridges neighbourhood mutual-aid chats to the council's hub.

pub mod domain;
pub mod intake;
pub mod safeguarding;
pub mod sim;
