package dev.merpati.cluster;

import dev.merpati.embedded.FreePorts;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one broker. Its data survives a kill. */
public final class KafkaProcess extends ClusterProcess {
    private final Path data;
    private final int port = FreePorts.next();
    private final @Nullable TcpProxy proxy;

    KafkaProcess(Path folder, boolean behindProxy) {
        super("kafka", folder);
        this.data = folder.resolve("kafka");
        this.proxy = behindProxy ? new TcpProxy(port) : null;
    }

    /** What its clients have to be told. */
    public String bootstrapServers() {
        return "127.0.0.1:" + clientPort();
    }

    /** What all of its clients go through. */
    public TcpProxy proxy() {
        return TcpProxy.required(proxy);
    }

    @Override
    List<String> command() {
        return JavaCommand.plain(
                "embedded-services",
                List.of("-Xmx384m", "-XX:+UseSerialGC"),
                List.of("--data=" + data, "--port=" + port, "--advertised-port=" + clientPort()));
    }

    @Override
    boolean isReady() {
        return output().contains("Kafka is ready");
    }

    private int clientPort() {
        return proxy == null ? port : proxy.port();
    }
}
