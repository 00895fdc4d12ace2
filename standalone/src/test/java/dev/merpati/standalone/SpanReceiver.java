package dev.merpati.standalone;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/** A collector of spans: takes OTLP over HTTP (opentelemetry-proto, {@code ExportTraceServiceRequest}). */
final class SpanReceiver implements AutoCloseable {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final HttpServer server;
    private final Queue<ReceivedSpan> spans = new ConcurrentLinkedQueue<>();

    SpanReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            readRequest(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    /** @param parentId empty when it is the first of its trace */
    record ReceivedSpan(
            String service, String traceId, String spanId, String parentId, String name, String attributes) {}

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    List<ReceivedSpan> spans() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void readRequest(byte[] request) {
        fields(request, (number, resourceSpans) -> {
            StringBuilder service = new StringBuilder();
            fields(resourceSpans, (field, value) -> {
                if (field == 1) {
                    service.append(text(value));
                } else if (field == 2) {
                    fields(value, (inner, span) -> {
                        if (inner == 2) {
                            spans.add(readSpan(service.toString(), span));
                        }
                    });
                }
            });
        });
    }

    private static ReceivedSpan readSpan(String resource, byte[] span) {
        String[] found = {"", "", "", ""};
        StringBuilder attributes = new StringBuilder();
        fields(span, (field, value) -> {
            switch (field) {
                case 1 -> found[0] = HexFormat.of().formatHex(value);
                case 2 -> found[1] = HexFormat.of().formatHex(value);
                case 4 -> found[2] = HexFormat.of().formatHex(value);
                case 5 -> found[3] = text(value);
                case 9 -> attributes.append(text(value)).append('\n');
                default -> {
                    // Times, kind, events: of no interest here.
                }
            }
        });
        return new ReceivedSpan(resource, found[0], found[1], found[2], found[3], attributes.toString());
    }

    /** Calls the reader for each field of a message that has a length; numbers are left out. */
    private static void fields(byte[] message, BiConsumer<Integer, byte[]> reader) {
        ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            long key = varint(buffer);
            switch ((int) (key & 7)) {
                case VARINT -> varint(buffer);
                case FIXED_64 -> buffer.getLong();
                case FIXED_32 -> buffer.getInt();
                case BYTES -> {
                    byte[] value = new byte[(int) varint(buffer)];
                    buffer.get(value);
                    reader.accept((int) (key >>> 3), value);
                }
                default -> throw new IllegalArgumentException("no protobuf: wire type " + (key & 7));
            }
        }
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
