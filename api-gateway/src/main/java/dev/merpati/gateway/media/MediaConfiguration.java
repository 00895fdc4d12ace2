package dev.merpati.gateway.media;

import dev.merpati.media.MediaStore;
import dev.merpati.media.MediaStoreSettings;
import dev.merpati.media.MediaStores;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class MediaConfiguration {

    @Bean
    MediaStore mediaStore(Environment environment) {
        return MediaStores.open(Binder.get(environment).bindOrCreate("merpati.media", MediaStoreSettings.class));
    }
}
