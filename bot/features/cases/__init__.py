"""Cases: what moderators decide about people, carried out on Discord, kept, ended on time."""
