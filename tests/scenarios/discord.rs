//! Every button and command on Discord.
