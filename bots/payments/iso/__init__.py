"""The second way to the bank, by files of ISO 20022 (`bots.iso20022`): uploaded once, answers and statements taken in."""
