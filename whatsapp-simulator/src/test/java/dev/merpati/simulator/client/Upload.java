package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.AesCbc;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** A picture, encrypted as the media format says; written apart from the simulator's own reading of it. */
public final class Upload {
    private final byte[] key = Bytes.random(32);
    private final byte[] content;
    private final byte[] blob;

    private Upload(byte[] content, boolean ivInMac) {
        this.content = content;
        byte[] keys = Hash.hkdf(key, new byte[32], "WhatsApp Image Keys".getBytes(StandardCharsets.US_ASCII), 112);
        byte[] iv = Arrays.copyOf(keys, 16);
        byte[] ciphertext = AesCbc.encrypt(Arrays.copyOfRange(keys, 16, 48), iv, content);
        byte[] macKey = Arrays.copyOfRange(keys, 48, 80);
        byte[] mac = ivInMac ? Hash.hmac(macKey, iv, ciphertext) : Hash.hmac(macKey, ciphertext);
        blob = Bytes.concat(ciphertext, Arrays.copyOf(mac, 10));
    }

    public static Upload of(byte[] content) {
        return new Upload(content, true);
    }

    /** With the MAC over the ciphertext alone, which official clients refuse. */
    public static Upload withMacOfCiphertextOnly(byte[] content) {
        return new Upload(content, false);
    }

    /**
     * Downloads a file that a message refers to, and opens it.
     *
     * @param kind as the key derivation names it: {@code Image}, {@code Video}, {@code Audio}, {@code Document} …
     */
    public static byte[] fetch(TestDevice device, String directPath, byte[] key, String kind) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://mmg.whatsapp.net" + directPath + "&mms-type=x&__wa-mms="))
                .build();
        HttpResponse<byte[]> answer = device.http().send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("The media host answered " + answer.statusCode());
        }
        byte[] blob = answer.body();
        byte[] info = ("WhatsApp " + kind + " Keys").getBytes(StandardCharsets.US_ASCII);
        byte[] keys = Hash.hkdf(key, new byte[32], info, 112);
        byte[] iv = Arrays.copyOf(keys, 16);
        byte[] ciphertext = Arrays.copyOf(blob, blob.length - 10);
        byte[] mac = Arrays.copyOf(Hash.hmac(Arrays.copyOfRange(keys, 48, 80), iv, ciphertext), 10);
        if (!Arrays.equals(mac, Arrays.copyOfRange(blob, blob.length - 10, blob.length))) {
            throw new IllegalStateException("The MAC is not that of iv and ciphertext");
        }
        return AesCbc.decrypt(Arrays.copyOfRange(keys, 16, 48), iv, ciphertext);
    }

    public byte[] blob() {
        return blob;
    }

    /** The path under which it is stored. */
    public String path() {
        return "/mms/image/" + hash();
    }

    /** The hash of what is uploaded, as it stands in paths. */
    public String hash() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Hash.sha256(blob));
    }

    /** Asks for a token and uploads. */
    public HttpResponse<String> send(TestDevice device) throws IOException, InterruptedException {
        return post(device, target(device, path(), hash()), blob);
    }

    /** The address to upload to under a path, with a new permission. */
    public static String target(TestDevice device, String path, String hash) {
        Node connection = device.ask(TestDevice.iq("set", "w:m", Node.of("media_conn")))
                .child("media_conn")
                .orElseThrow();
        String host = connection.child("host").orElseThrow().text("hostname");
        return "https://" + host + path + "?auth=" + connection.text("auth") + "&token=" + hash;
    }

    public static HttpResponse<String> post(TestDevice device, String target, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(target))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return device.http().send(request, BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> download(TestDevice device) throws IOException, InterruptedException {
        return device.http().send(request(path()).build(), BodyHandlers.ofByteArray());
    }

    /** A request to the media host. */
    public static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://mmg.whatsapp.net" + path));
    }

    /** The message that refers to it. */
    public byte[] message(String caption) {
        return ProtoMessage.builder()
                .message(
                        3,
                        ProtoMessage.builder()
                                .text(1, "https://mmg.whatsapp.net" + path())
                                .text(2, "image/png")
                                .text(3, caption)
                                .bytes(4, Hash.sha256(content))
                                .number(5, content.length)
                                .bytes(8, key)
                                .bytes(9, Hash.sha256(blob))
                                .text(11, path()))
                .build();
    }
}
