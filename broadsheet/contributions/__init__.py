"""What readers and curators bring: papers put on a day, and claims of authors to theirs."""
