@NullMarked
package dev.merpati.gateway.settings;

import org.jspecify.annotations.NullMarked;
