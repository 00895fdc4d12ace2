package dev.merpati.worker.cobalt;

import it.auties.whatsapp.model.node.Node;

/** What became of a query. */
sealed interface Answer {

    record Result(Node node) implements Answer {}

    /** The server answered with an error; {@code code} is 0 when it gave none. */
    record Refused(int code) implements Answer {}

    /** No answer came: the time was up, or the connection was lost. */
    record Missing() implements Answer {}
}
