package dev.merpati.benchmark.rest;

import dev.merpati.benchmark.text.TextSender;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.PairedSession;
import java.util.List;

/** Sends through the REST API. */
record RestSender(GatewayClient gateway, List<PairedSession> sessions) implements TextSender {
    @Override
    public void send(int session, String to, String text) {
        gateway.sent(sessions.get(session).id(), to, text);
    }
}
