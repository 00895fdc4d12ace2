package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the other side of a chat sees under a name: a recording is a composing of audio. */
public enum ChatState {
    COMPOSING,
    RECORDING,
    PAUSED;

    /** The state with a name of the control API. */
    public static Optional<ChatState> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(name))
                .findFirst();
    }

    /** The name in the control API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    Node node() {
        return this == RECORDING ? Node.of("composing").with("media", "audio") : Node.of(wireName());
    }
}
