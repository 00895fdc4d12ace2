package dev.merpati.media;

import dev.merpati.testing.S3Server;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** The contract, kept by the store in S3. */
class S3MediaStoreIT extends MediaStoreContract {
    private static final S3Server SERVER = new S3Server();

    private final String bucket = SERVER.newBucket();
    private final MediaStore store = S3MediaStore.open(settings(bucket, SERVER.endpoint(), Duration.ofSeconds(30)));

    static S3Settings settings(String bucket, URI endpoint, Duration callTimeout) {
        return new S3Settings(bucket, "us-east-1", endpoint, true, "media/", S3Server.KEY, S3Server.KEY, callTimeout);
    }

    @AfterAll
    static void closeServer() {
        SERVER.close();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Override
    MediaStore store() {
        return store;
    }

    @Override
    int filesHeld() {
        return SERVER.objects(bucket).size() + SERVER.multipartUploads(bucket);
    }
}
