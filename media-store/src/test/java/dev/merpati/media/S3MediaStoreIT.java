package dev.merpati.media;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, kept by the store in S3. */
class S3MediaStoreIT extends MediaStoreContract {
    @RegisterExtension
    private static final S3Server SERVER = new S3Server();

    private final String bucket = SERVER.newBucket();
    private final MediaStore store = S3MediaStore.open(SERVER.settings(bucket));

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
        return SERVER.objects(bucket) + SERVER.multipartUploads(bucket);
    }
}
