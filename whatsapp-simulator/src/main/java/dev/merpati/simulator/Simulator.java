package dev.merpati.simulator;

import dev.merpati.simulator.control.ControlApi;
import dev.merpati.simulator.control.ControlServer;
import dev.merpati.simulator.server.SimulatedWhatsApp;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running WhatsApp server with simulated phones. Clients reach it through its proxy port and must trust
 * {@link #caCertificate()}.
 */
public final class Simulator implements AutoCloseable {
    private final SimulatedWhatsApp whatsApp;
    private final ControlServer control;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Simulator(SimulatedWhatsApp whatsApp, ControlServer control) {
        this.whatsApp = whatsApp;
        this.control = control;
    }

    /**
     * Starts a simulator; it accepts connections when this returns.
     *
     * @throws IOException if the state directory cannot be read or written
     */
    public static Simulator start(SimulatorOptions options) throws IOException {
        SimulatedWhatsApp whatsApp = SimulatedWhatsApp.start(options, Clock.systemUTC());
        try {
            return new Simulator(whatsApp, ControlApi.serve(options, whatsApp));
        } catch (RuntimeException e) {
            whatsApp.close();
            throw e;
        }
    }

    /** Where clients connect: an HTTP proxy that understands {@code CONNECT}. */
    public int proxyPort() {
        return whatsApp.proxyPort();
    }

    /** Where the control API and the page are. */
    public int controlPort() {
        return control.port();
    }

    /** The root that signed the certificates of {@code web.whatsapp.com} and {@code mmg.whatsapp.net}. */
    public X509Certificate caCertificate() {
        return whatsApp.authority().certificate();
    }

    /** {@link #caCertificate()} as text. */
    public String caCertificatePem() {
        return whatsApp.authority().certificatePem();
    }

    /** The public key, in hex, that clients which verify the Noise certificates must trust in place of WhatsApp's. */
    public String noiseRoot() {
        return HexFormat.of().formatHex(whatsApp.noise().rootKey());
    }

    /** Closes all connections and both ports; state that waits to be written is written. Idempotent. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            control.close();
            whatsApp.close();
        }
    }
}
