package dev.merpati.gateway.media;

import dev.merpati.media.MediaStore;
import dev.merpati.media.MediaStores;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class MediaConfiguration {

    @Bean
    MediaStore mediaStore(MediaSettings settings) {
        return MediaStores.open(settings.store());
    }
}
