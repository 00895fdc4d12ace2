@NullMarked
package dev.merpati.gateway.web;

import org.jspecify.annotations.NullMarked;
