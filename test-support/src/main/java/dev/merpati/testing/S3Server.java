package dev.merpati.testing;

import com.adobe.testing.s3mock.S3MockApplication;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/** An S3 server in the test's JVM, and a client to look behind a store's back. */
public final class S3Server implements AutoCloseable {
    /** Both the id and the secret of the only access key. */
    public static final String KEY = "test";

    /** It is a Spring Boot application, which would be secured wherever the gateway's libraries are. */
    private static final String NOT_FOR_THE_SERVER = String.join(
            ",",
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration");

    private final S3MockApplication server;
    private final S3AsyncClient client;

    public S3Server() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        properties.put("server.ssl.enabled", false);
        properties.put(S3MockApplication.PROP_SILENT, true);
        server = S3MockApplication.start(
                properties, "--logging.level.root=ERROR", "--spring.autoconfigure.exclude=" + NOT_FOR_THE_SERVER);
        client = S3AsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, KEY)))
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }

    @SuppressWarnings("deprecation") // The server would rather be a container, which not every machine can run.
    public int port() {
        return server.getPort();
    }

    public URI endpoint() {
        return URI.create("http://localhost:" + port());
    }

    public S3AsyncClient client() {
        return client;
    }

    /** Makes a bucket that nobody has used, and returns its name. */
    public String newBucket() {
        String bucket = "bucket-" + UUID.randomUUID();
        makeBucket(bucket);
        return bucket;
    }

    public void makeBucket(String bucket) {
        client.createBucket(r -> r.bucket(bucket)).join();
    }

    /** From now on the server answers everything that concerns the bucket with an error. */
    public void deleteBucket(String bucket) {
        client.deleteBucket(r -> r.bucket(bucket)).join();
    }

    public List<String> objects(String bucket) {
        return client.listObjectsV2(r -> r.bucket(bucket)).join().contents().stream()
                .map(S3Object::key)
                .toList();
    }

    public byte[] object(String bucket, String key) {
        return client.getObject(r -> r.bucket(bucket).key(key), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArrayUnsafe();
    }

    public int multipartUploads(String bucket) {
        return client.listMultipartUploads(r -> r.bucket(bucket))
                .join()
                .uploads()
                .size();
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}
