package dev.merpati.model.outcome;

/** What the recipient's phone has told of a message, in the order in which it can happen. */
public enum Receipt {
    DELIVERED,
    READ
}
