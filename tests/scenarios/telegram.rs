//! Every button and command on Telegram.
