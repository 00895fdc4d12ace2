package dev.merpati.simulator;

import it.auties.whatsapp.api.ErrorHandler;
import it.auties.whatsapp.api.Listener;
import it.auties.whatsapp.api.QrHandler;
import it.auties.whatsapp.api.TextPreviewSetting;
import it.auties.whatsapp.api.WebHistorySetting;
import it.auties.whatsapp.api.Whatsapp;
import it.auties.whatsapp.controller.ControllerSerializer;
import it.auties.whatsapp.model.companion.CompanionDevice;
import it.auties.whatsapp.model.info.MessageInfo;
import it.auties.whatsapp.model.message.standard.TextMessage;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.auth.Version;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A session of the Cobalt library against a simulator. */
final class CobaltDevice {
    private final CompletableFuture<String> qr = new CompletableFuture<>();
    private final Queue<Node> received = new ConcurrentLinkedQueue<>();
    private final Queue<MessageInfo<?>> messages = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Whatsapp whatsapp;

    CobaltDevice(Simulator simulator) {
        whatsapp = Whatsapp.webBuilder()
                .serializer(ControllerSerializer.discarding())
                .newConnection(UUID.randomUUID())
                .proxy(URI.create("http://127.0.0.1:" + simulator.proxyPort()))
                .textPreviewSetting(TextPreviewSetting.DISABLED)
                .historySetting(WebHistorySetting.discard(false))
                .errorHandler((_, _, error) -> {
                    errors.add(error);
                    return ErrorHandler.Result.DISCARD;
                })
                .unregistered(QrHandler.toPlainString(qr::complete));
        whatsapp.store().setDevice(CompanionDevice.web(Version.of("2.3000.1045649366")));
        whatsapp.store().setDevice(CompanionDevice.web(Version.of("2.3000.1045649367")));
        whatsapp.addListener(new Listener() {
            @Override
            public void onNodeReceived(Node node) {
                received.add(node);
            }

            @Override
            public void onNewMessage(MessageInfo<?> message) {
                messages.add(message);
            }
        });
    }

    CompletableFuture<Whatsapp> connect() {
        return whatsapp.connect();
    }

    /** The first QR code's text. */
    CompletableFuture<String> qr() {
        return qr;
    }

    Whatsapp whatsapp() {
        return whatsapp;
    }

    /** The texts that were written to this device. */
    List<String> texts() {
        return messages.stream()
                .map(message -> message.message().content())
                .filter(TextMessage.class::isInstance)
                .map(content -> ((TextMessage) content).text())
                .toList();
    }

    Queue<Throwable> errors() {
        return errors;
    }

    boolean received(String tag, String attribute, String value) {
        return received.stream()
                .anyMatch(node -> node.hasDescription(tag) && node.attributes().hasValue(attribute, value));
    }

    @Override
    public String toString() {
        return "received " + received + ", errors " + errors;
    }
}
