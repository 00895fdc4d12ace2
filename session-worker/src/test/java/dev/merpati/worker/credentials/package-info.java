@NullMarked
package dev.merpati.worker.credentials;

import org.jspecify.annotations.NullMarked;
